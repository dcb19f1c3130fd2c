import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// Writes one answer to its caller: heads, events, the end, or an error in place of any of them.
struct AnswerWriter {
    let requestID: RequestID
    /// The caller's.
    let dialect: Dialect
    /// How a stream is framed, in Gemini's dialect.
    let form: GeminiAddress.StreamForm
    private(set) var target: Target?
    /// What the target's dialect could not say.
    private var dropped: DroppedFields?
    /// Of the target's model, where that is near or past.
    var retirement: Retirement?
    /// Whether the head of a stream is out, so that there is no other status any more.
    private(set) var hasBegun = false
    /// Whether some of the events are out.
    private(set) var hasSentEvents = false
    /// Whether what has begun is sound, in which nothing can be said.
    private(set) var isSound = false
    private var lastWrite: Timestamp?
    /// What the cache was to the request; nil where there is none.
    var cache: CacheMark?

    init(requestID: RequestID, dialect: Dialect, form: GeminiAddress.StreamForm) {
        self.requestID = requestID
        self.dialect = dialect
        self.form = form
    }

    mutating func attempting(_ target: Target, dropped: DroppedFields? = nil) {
        self.target = target
        self.dropped = dropped
    }

    // MARK: Streams

    /// - Parameter answer: nil where none has come yet, and a comment is to be sent.
    mutating func begin(_ exchange: Exchange, as answer: UpstreamAnswer? = nil, client: ClientConnection) {
        guard !hasBegun else { return }
        hasBegun = true
        isSound = answer?.isSound == true
        client.write(streamHead(exchange, as: answer, client: client))
    }

    private func streamHead(
        _ exchange: Exchange, as answer: UpstreamAnswer?, client: ClientConnection
    ) -> ByteBuffer {
        var head = ByteBuffer()
        head.writeStatusLine(200)
        head.writeField("date", client.loop.dateText())
        if isSound {
            head.writeField("content-type", answer?.head.fields.first("content-type") ?? "application/octet-stream")
        } else {
            if form == .array {
                head.writeStaticString("content-type: application/json; charset=utf-8\r\n")
            } else {
                head.writeStaticString("content-type: text/event-stream; charset=utf-8\r\n")
            }
            head.writeStaticString("cache-control: no-cache\r\nx-accel-buffering: no\r\n")
        }
        writeOurFields(exchange, cost: costOfStream(exchange), client: client, to: &head)
        if client.isHTTP10 {
            client.closeAfterAnswer()
        } else {
            head.writeStaticString("transfer-encoding: chunked\r\n")
        }
        client.writeLastFields(to: &head)
        head.writeEndOfHead()
        return head
    }

    /// What a stream will have cost, where that is known when it begins: where it is there already, and of some speech.
    private func costOfStream(_ exchange: Exchange) -> Money? {
        if isSound { return exchange.foreseenCost }
        return cache?.isServed == true ? exchange.cost : nil
    }

    /// Sends the events that have gathered, as one chunk.
    mutating func flush(_ answer: UpstreamAnswer, client: ClientConnection) {
        guard answer.output.readableBytes > 0 else { return }
        let events = answer.output
        answer.output = ByteBuffer()
        lastWrite = client.loop.now
        hasSentEvents = true
        client.write(chunk(events, client: client))
    }

    private func chunk(_ bytes: ByteBuffer, client: ClientConnection) -> ByteBuffer {
        if client.isHTTP10 { return bytes }
        var chunk = ByteBufferAllocator().buffer(capacity: bytes.readableBytes + 16)
        chunk.writeChunkSize(bytes.readableBytes)
        chunk.writeImmutableBuffer(bytes)
        chunk.writeChunkEnd()
        return chunk
    }

    mutating func clockWasSet(by step: Milliseconds) { lastWrite?.move(by: step) }

    /// A comment on a stream that is silent, at its beginning or between two events. In front of its first content it commits to a
    /// stream, not to a target: the next one can still be tried.
    mutating func keepAlive(_ exchange: Exchange, request: ScannedRequest, client: ClientConnection, now: Timestamp) {
        guard request.streamsEvents else { return }
        let since = lastWrite ?? now
        if lastWrite == nil { lastWrite = now }
        guard now - since >= client.loop.settings.keepAliveInterval else { return }
        lastWrite = now
        begin(exchange, client: client)
        client.write(chunk(ByteBuffer(string: signOfLife), client: client))
    }

    /// What means nothing between two events. A comment is one line and no more: to openai-go before 3.43 an empty line behind
    /// it ends an event without data, which it takes for broken JSON
    /// (https://github.com/mckinsey/agents-at-scale-ark/issues/1346, read 2026-11-29). Google's SDKs know no comments: to them,
    /// and in an array, white space is nothing (https://github.com/googleapis/go-genai, api_client.go, likewise).
    private var signOfLife: String {
        guard dialect == .gemini else { return ": keep-alive\n" }
        return form == .array ? "\n" : "\n\n"
    }

    // MARK: Ends

    mutating func finish(_ answer: UpstreamAnswer, exchange: Exchange, client: ClientConnection) {
        if answer.isReplayed { return replay(answer, exchange: exchange, client: client) }
        guard answer.isStream else { return finishWhole(answer, exchange: exchange, client: client) }
        let cost = Self.cost(exchange)
        answer.writeEnd(
            cost: cost.running, earlier: cost.earlier, booked: exchange.runningUsage, style: style(for: client))
        let events = answer.output
        answer.output = ByteBuffer()
        end(events, client: client)
    }

    /// How what is written here for an answer of the caller's own dialect is named.
    func style(for client: ClientConnection) -> AnswerStyle {
        var style = AnswerStyle(
            id: JSONString(requestID.description), created: Int(client.loop.now.seconds), base: client.baseURL)
        style.model = target.map { JSONString($0.model) }
        return style
    }

    /// Sends a whole answer as the events that were asked for.
    private mutating func replay(_ answer: UpstreamAnswer, exchange: Exchange, client: ClientConnection) {
        begin(exchange, as: answer, client: client)
        if case .translated(let translation) = answer.passage {
            let cost = Self.cost(exchange)
            var events = ByteBuffer()
            translation.replay(
                cost: cost.running, earlier: cost.earlier, booked: exchange.runningUsage, into: &events)
            return end(events, client: client)
        }
        do throws(JSONError) {
            let events = try Recast.events(
                ofWhole: Self.ownBody(of: answer, exchange), of: answer.endpoint, usage: answer.wantsUsage,
                isArray: form == .array)
            end(ByteBuffer(bytes: events), client: client)
        } catch {
            client.answerFailed()
            end(
                with: Refusal(.upstreamInvalid, "The provider's answer can't be told in events: \(error.reason)."),
                answer, client: client)
        }
    }

    private mutating func end(_ events: ByteBuffer, client: ClientConnection) {
        var last = events.readableBytes > 0 ? chunk(events, client: client) : ByteBuffer()
        if !client.isHTTP10 { last.writeLastChunk() }
        client.write(last)
    }

    /// Ends a stream that has begun with an error, honestly.
    ///
    /// - Parameters:
    ///   - answer: which it has broken off, and
    ///   - translation: which has written it, if any.
    mutating func end(
        with refusal: Refusal, _ answer: UpstreamAnswer? = nil, _ translation: AnswerTranslation? = nil,
        client: ClientConnection
    ) {
        end(withError: lastEvents(saying: refusal, answer, translation, base: client.baseURL), client: client)
    }

    /// - Parameter events: what says so; nil where nothing can be said, and the stream's reader sees that it breaks off.
    private mutating func end(withError events: ByteBuffer?, client: ClientConnection) {
        guard let events else { return client.closeNow() }
        end(events, client: client)
    }

    private mutating func finishWhole(_ answer: UpstreamAnswer, exchange: Exchange, client: ClientConnection) {
        if hasBegun { return finishLateWhole(answer, exchange: exchange, client: client) }
        if case .translated(let translation) = answer.passage {
            let cost = Self.cost(exchange)
            let body = translation.body(
                cost: cost.running, earlier: cost.earlier, booked: exchange.runningUsage,
                estimate: exchange.inputEstimate)
            return write(body, answer, exchange: exchange, client: client)
        }
        let edit = Self.usageEdit(of: answer, exchange)
        if case .scanned(let passage) = answer.passage, let body = passage.body(answer.input, edit) {
            return write(body, answer, exchange: exchange, client: client)
        }
        let range = edit?.range ?? 0..<0
        let added = edit?.replacement.count ?? 0
        let length = answer.input.readableBytes - range.count + added
        var message = client.loop.buffer(capacity: length + 768)
        message.writeStatusLine(answer.head.status)
        writeHead(of: answer, exchange: exchange, length: length, client: client, to: &message)
        answer.input.withUnsafeReadableBytes { bytes in
            message.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[..<range.lowerBound]))
            if let edit { message.writeBytes(edit.replacement) }
            message.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[range.upperBound...]))
        }
        client.write(message)
        client.loop.reuse(message)
    }

    /// Sends a body that was written here in place of the provider's.
    ///
    /// - Parameter error: what the body says, if it says that something is wrong.
    private func write(
        _ body: [UInt8], _ answer: UpstreamAnswer, error: ProviderError? = nil, exchange: Exchange,
        client: ClientConnection
    ) {
        var message = client.loop.buffer(capacity: body.count + 768)
        message.writeStatusLine(answer.head.status)
        if let error { writeErrorFields(error, answer, to: &message) }
        writeHead(of: answer, exchange: exchange, length: body.count, client: client, to: &message)
        message.writeBytes(body)
        client.write(message)
        client.loop.reuse(message)
    }

    /// A whole answer to a stream that comments have begun: it goes out as an event, so that nothing is lost. Only OpenAI's
    /// dialect has an event that could carry it.
    private mutating func finishLateWhole(_ answer: UpstreamAnswer, exchange: Exchange, client: ClientConnection) {
        guard case .openAI = answer.passage else {
            client.answerFailed()
            return end(
                with: Refusal(.upstreamInvalid, "The provider was asked for a stream, and answered otherwise."),
                client: client)
        }
        var event = ByteBuffer(string: "data: ")
        event.writeBytes(Self.ownBody(of: answer, exchange).lazy.filter { $0 != 10 && $0 != 13 })
        event.writeStaticString("\n\ndata: [DONE]\n\n")
        end(event, client: client)
    }

    /// Passes on a provider's own error: byte for byte, unless its dialect is another one.
    mutating func forward(_ answer: UpstreamAnswer, exchange: Exchange, client: ClientConnection) {
        if answer.isStream {
            begin(exchange, as: answer, client: client)
            let events = answer.output
            answer.output = ByteBuffer()
            return end(events, client: client)
        }
        if hasBegun {
            return end(withError: lastEvents(sayingErrorOf: answer, base: client.baseURL), client: client)
        }
        if case .translated(let translation) = answer.passage, !translation.isOwnDialect {
            let error = translation.error(answer.head, body: answer.input)
            return write(translation.body(of: error), answer, error: error, exchange: exchange, client: client)
        }
        var message = ByteBufferAllocator().buffer(capacity: answer.input.readableBytes + 640)
        message.writeStatusLine(answer.head.status)
        writeErrorFields(
            ProviderError(status: answer.head.status, body: Array(answer.input.readableBytesView)), answer, to: &message
        )
        writeHead(of: answer, exchange: exchange, length: answer.input.readableBytes, client: client, to: &message)
        message.writeImmutableBuffer(answer.input)
        client.write(message)
    }

    /// Answers with an error of ours where nothing has been sent.
    func refuse(_ refusal: Refusal, exchange: Exchange, client: ClientConnection) {
        var answer = LocalAnswer(refusal: refusal, base: client.baseURL, dialect: dialect, requestID: requestID)
        // What was sent in vain may have cost something.
        if exchange.attempts > 0 {
            exchange.cost.withUSD { answer.fields.writeField("x-tuppence-cost-usd", $0) }
            writePending(exchange, to: &answer.fields)
            // A budget that refuses has said it already.
            if refusal.budgetLeft == nil {
                exchange.remaining?.withUSD { answer.fields.writeField("x-tuppence-budget-remaining-usd", $0) }
            }
        }
        writeAttemptFields(exchange, client: client, to: &answer.fields)
        client.send(answer)
    }

    // MARK: Fields

    private func writeHead(
        of answer: UpstreamAnswer, exchange: Exchange, length: Int, client: ClientConnection, to head: inout ByteBuffer
    ) {
        let date = client.loop.dateText()
        let fields = answer.head.fields
        // None of the provider's fields is longer than it came, but for a space behind its colon.
        head.writeFields(room: fields.byteCount + fields.count + 128) { head in
            head.write("date", date)
            // What is written here is JSON, whatever it was.
            if answer.isWritten || answer.isMislabelled
                || fields.withFirst("content-type", { head.write("content-type", $0) }) == nil
            {
                head.write("content-type", "application/json")
            }
            head.write("content-length", length)
            fields.forEach { name, value in if UpstreamRequest.isReturned(name) { head.write(name, value) } }
        }
        writeOurFields(exchange, cost: exchange.cost, client: client, to: &head)
        client.writeLastFields(to: &head)
        head.writeEndOfHead()
    }

    private func writeOurFields(_ exchange: Exchange, cost: Money?, client: ClientConnection, to head: inout ByteBuffer)
    {
        head.writeFields(room: 256) { head in
            requestID.withText { id in
                head.write("x-request-id", id)
                head.write("x-tuppence-request-id", id)
            }
            if let cost { cost.withUSD { head.write("x-tuppence-cost-usd", $0) } }
            if let remaining = exchange.remaining {
                remaining.withUSD { head.write("x-tuppence-budget-remaining-usd", $0) }
            }
        }
        if cost != nil { writePending(exchange, to: &head) }
        // Where Anthropic's SDKs look for it.
        if dialect == .anthropic { requestID.withText { head.writeField("request-id", $0) } }
        writeAttemptFields(exchange, client: client, to: &head)
    }

    /// Behind a cost that the ledger may yet add to.
    private func writePending(_ exchange: Exchange, to head: inout ByteBuffer) {
        if !exchange.isCostKnown { head.writeField("x-tuppence-cost-pending", "true") }
    }

    private func write(_ retirement: Retirement, to head: inout ByteBuffer) {
        head.writeField("x-tuppence-retires", retirement.date)
        guard let target, let replacement = retirement.replacement, replacement.isPrintableASCII else { return }
        head.writeField("x-tuppence-replaced-by", "\(target.provider)/\(replacement)")
    }

    private func writeAttempted(_ attempted: [Exchange.Attempted], to head: inout ByteBuffer) {
        let most = 16
        let list = attempted.prefix(most).map { "\($0.target)".asListed + " " + $0.result }
        guard !list.isEmpty else { return }
        head.writeField(
            "x-tuppence-attempted", list.joined(separator: ", ") + (attempted.count > most ? ", ..." : ""))
    }

    private func writeAttemptFields(_ exchange: Exchange, client: ClientConnection, to head: inout ByteBuffer) {
        let (provider, model) = (target?.provider ?? "", target?.model ?? "")
        head.writeFields(room: provider.utf8.count + model.utf8.count + 256) { head in
            head.write("x-tuppence-attempts", exchange.attempts)
            if let limit = exchange.clampedLimit { head.write("x-tuppence-clamped-max-tokens", limit) }
            if exchange.isFinal { head.write("x-tuppence-budget-final", "true") }
            guard target != nil else { return }
            head.write("x-tuppence-provider", provider)
            // A model's name comes from configuration or the caller's own body; it must not break the head.
            if model.isPrintableASCII { head.write("x-tuppence-model", model) }
        }
        if exchange.attempts > 1 { writeAttempted(exchange.attempted, to: &head) }
        exchange.limitsLeft(at: client.loop.now)?.write(in: dialect, at: client.loop.now, to: &head)
        cache?.write(to: &head)
        dropped?.write(to: &head)
        if let retirement { write(retirement, to: &head) }
        if let arm = exchange.request.attribution.arm { head.writeField("x-tuppence-arm", arm) }
        if let route = exchange.degradedRouteTaken { head.writeField("x-tuppence-degraded", route) }
        if !exchange.warnings.isEmpty {
            head.writeField(
                "x-tuppence-budget-warning", exchange.warnings.lazy.map(\.text).joined(separator: ", "))
        }
    }
}

extension String {
    fileprivate var isPrintableASCII: Bool {
        utf8.withContiguousStorageIfAvailable { Self.arePrintable(UnsafeRawBufferPointer($0)) }
            ?? Array(utf8).withUnsafeBytes(Self.arePrintable)
    }

    private static func arePrintable(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where byte < 32 || byte >= 127 { return false }
        return true
    }
}
