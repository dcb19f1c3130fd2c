import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// A provider's answer in one dialect on its way to a caller in another.
final class AnswerTranslation {
    private let provider: any OutboundDialect.Type
    private let caller: any InboundDialect.Type
    /// Whether the provider speaks the caller's dialect, and has another form for this in it alone: errors pass as they are.
    let isOwnDialect: Bool
    private var style: AnswerStyle
    /// The target's own name for it.
    private let model: JSONString
    private let toolNames: ShortToolNames
    private var whole: TranslatedAnswer?
    /// What was asked for, where that is embeddings.
    private let embeddings: Embeddings?

    // For a stream alone: most answers come whole.
    private lazy var framer = StreamFramer(provider.framing)
    private lazy var reader: any ChatStreamReader = provider.streamReader()
    private lazy var writer: any ChatStreamWriter = caller.streamWriter(style)
    private var events: [StreamEvent] = []
    private var json = JSONWriter()
    /// Whether the provider gave the answer no id, of which ids of calls are made.
    private var isNameless = false
    private(set) var hasEnded = false
    /// Whether there has been any content to tell.
    private var hasContent = false
    /// Whether the provider's reason to end has been noted, which is told with the end.
    private var hasNotedFinish = false
    /// Whether an error has been written: what comes behind it is counted, and written no more.
    private var hasFailed = false
    /// Whether the reader has come to its end with an error, so that nothing but counts is read behind it.
    private var readsCountsOnly = false
    /// How many searches the counts so far have told of, and how many the answer itself.
    private var searches = 0
    private var seenSearches = 0
    /// What has been counted of a whole answer that is none of the model's.
    private(set) var counted: AnswerProgress?
    /// What a whole answer says where its model has ended with a failure.
    private(set) var failure: String?
    /// What its provider says is wrong in a stream that came in place of a whole, as the body of an error.
    private(set) var errorBody: [UInt8]?
    private var reportedCost: Money?
    /// What the provider has counted, as far as the caller's dialect tells it.
    private var told: Usage?
    /// Why what came can be no stream of the provider's dialect.
    private var fault: JSONError?
    private var parts = AnswerParts()
    /// Is given the object that the answer is, where the dialect has one, before it goes out.
    var whenWritten: (([UInt8]) -> Void)?

    private struct Embeddings {
        let provider: any EmbeddingDialect.Type
        let asked: RequestTranslation.Embeddings
        let endpoint: GovernedEndpoint
        let model: String

        /// - Throws: if there is not one vector for each text, in a form that the caller's dialect has.
        func read(_ body: [UInt8], _ head: ResponseHead) throws(JSONError) -> EmbeddingAnswer {
            let count = provider.countField.flatMap { head.fields.first($0) }.flatMap { Int($0) }
            let answer = try provider.readAnswer(body, count: count)
            guard answer.vectors.count == asked.count else {
                throw JSONError(0, "\(answer.vectors.count) vectors for \(asked.count) inputs")
            }
            guard endpoint == .embeddings || answer.hasNumbersOnly else {
                throw JSONError(0, "a vector in base64, which was not asked for")
            }
            return answer
        }

        /// - Parameters:
        ///   - estimate: how many tokens there are taken to be where the provider counts none.
        ///   - more: members of the usage object that are written already.
        func write(_ answer: EmbeddingAnswer, estimate: Int, more: [UInt8]) -> [UInt8] {
            endpoint == .embeddings
                ? OpenAIEmbeddingWriter.write(answer, asked.format, model: model, estimate: estimate, more: more)
                : GeminiEmbeddingWriter.write(
                    answer, isBatch: endpoint == .batchEmbedContents, estimate: estimate, more: more)
        }
    }

    /// - Parameters:
    ///   - model: the target's own name for it.
    ///   - base: where the caller reaches the gateway.
    /// - Precondition: a request has been written in the provider's dialect, and read in the caller's.
    init(
        from dialect: Dialect, to request: ScannedRequest, id: RequestID, _ translation: RequestTranslation,
        model: String, base: String, at now: Timestamp
    ) {
        let provider = dialect.outbound
        guard let caller = request.endpoint.inbound else {
            preconditionFailure("a dialect that no caller speaks")
        }
        style = AnswerStyle(id: JSONString(id.description), created: Int(now.seconds), base: base)
        style.inputEstimate = request.inputEstimate
        style.includesUsage = request.wantsUsage
        style.streamForm = request.address.form
        style.usesFunctions = translation.usesFunctions
        style.namespaces = translation.namespaces
        style.echo = translation.echo
        self.model = JSONString(model)
        toolNames = translation.toolNames
        self.provider = provider
        self.caller = caller
        isOwnDialect = dialect == request.endpoint.dialect
        embeddings = translation.embeddings.flatMap { asked in
            dialect.embeddings.map {
                Embeddings(provider: $0, asked: asked, endpoint: request.endpoint, model: model)
            }
        }
    }

    /// Bytes of the request that are kept until the answer ends, to be repeated in it. Names of tools are few, or all of the body.
    var keptBytes: Int { toolNames.isEmpty && style.namespaces.isEmpty ? style.echo.count : .max }

    // MARK: Streams

    /// Reads what has come, and writes what it comes to in the caller's dialect. What ends a stream is left for ``end``.
    ///
    /// - Throws: if what came can be no stream of the provider's dialect.
    func read(_ bytes: ByteBuffer, into output: inout ByteBuffer) throws(JSONError) -> AnswerProgress {
        // What comes behind the end is nobody's.
        guard !hasEnded else { return AnswerProgress() }
        bytes.withUnsafeReadableBytes { framer.append($0) }
        // What came before something that cannot be read is the caller's.
        defer { flush(into: &output) }
        var progress = AnswerProgress()
        do throws(JSONError) {
            while !hasEnded, let message = try framer.next() {
                read(message, &progress)
                if let fault { throw fault }
            }
        } catch {
            guard hasFailed else { throw error }
            // The caller has been told of one error, and is told of no other.
            hasEnded = true
        }
        return progress
    }

    /// The body has ended: reads what is left of it.
    ///
    /// - Returns: nil where the answer is not complete.
    func readEnd(into output: inout ByteBuffer) -> AnswerProgress? {
        var progress = AnswerProgress()
        if !hasEnded, let message = framer.rest() { read(message, &progress) }
        guard fault == nil else { return nil }
        guard !hasEnded, !hasFailed else { return flushed(progress, &output) }
        events.removeAll(keepingCapacity: true)
        reader.finish(into: &events)
        // What is missing at the end is the gateway's to say, in an error of its own.
        if events.contains(where: { if case .error = $0 { true } else { false } }) { return nil }
        var last = AnswerProgress()
        for event in events { take(event, &last) }
        countHeld(&last)
        progress.add(last)
        return hasEnded ? flushed(progress, &output) : nil
    }

    /// Writes the end of a stream with what the answer has cost, which is known by then.
    ///
    /// - Parameter booked: what it is settled at, which is told in place of what its provider has counted of it, or not.
    func end(cost: Cost, earlier: EarlierCost, booked: Usage?, into output: inout ByteBuffer) {
        if let booked, booked != told { writer.write(.usage(UsageReport(booked: booked)), into: &json) }
        writer.style.usageMembers = CostFields.members(cost: cost, earlier: earlier, reported: reportedCost)
        writer.write(.end, into: &json)
        if let whenWritten, let answer = ResponsesConversation.answer(inEvents: json.bytes) { whenWritten(answer) }
        flush(into: &output)
    }

    private func read(_ message: StreamMessage, _ progress: inout AnswerProgress) {
        events.removeAll(keepingCapacity: true)
        reader.read(message, into: &events)
        var next = AnswerProgress()
        for event in events { take(event, &next) }
        if reader.searches != seenSearches { tell(searches: reader.searches, &next) }
        countHeld(&next)
        if hasContent, !hasNotedFinish, !hasFailed, reader.awaitsEnd {
            hasNotedFinish = true
            next.isFinish = true
        }
        if readsCountsOnly { count(message, &next) }
        if let excess = parts.excess(kept: reader.keptParts) { fault = fault ?? excess }
        next.isContentless = hasEnded || next.usage != nil && !next.content.isThere && !next.isFinish
        progress.add(next)
    }

    /// Counts what is held back of an answer that has begun. One that has told nothing yet may still be another target's.
    private func countHeld(_ progress: inout AnswerProgress) {
        hasContent = hasContent || progress.content.isThere
        if hasContent { progress.content.count(held: reader.takeHeldBytes()) }
    }

    private func tell(searches count: Int, _ progress: inout AnswerProgress) {
        seenSearches = count
        progress.searches = count
    }

    /// Reads the count in a message that is an error, or comes behind one.
    private func count(_ message: StreamMessage, _ progress: inout AnswerProgress) {
        var counts = UsageDialect(provider.dialect).reader
        let reading: Result<Void, JSONError> = message.data.withUnsafeBytes { bytes in
            do throws(JSONError) { return .success(try counts.read(bytes)) } catch { return .failure(error) }
        }
        switch reading {
        case .success:
            var report = counts.report
            guard report.isReadable else { return }
            // This message alone was read: it knows of none before it.
            report.usage.search = max(report.usage.search, searches, seenSearches)
            take(report, &progress)
        // `[DONE]`, or what can be no event: there is nothing to count behind either.
        case .failure: hasEnded = true
        }
    }

    /// Counts what an event tells, whoever hears of it.
    private func count(_ event: StreamEvent, _ progress: inout AnswerProgress) {
        progress.content.count(event.contentBytes)
        parts.count(event)
        switch event {
        case .start(let start): take(start.usage, &progress)
        case .usage(let report): take(report, &progress)
        default: break
        }
    }

    private func take(_ event: StreamEvent, _ progress: inout AnswerProgress) {
        count(event, &progress)
        switch event {
        case .start(var start):
            isNameless = start.id?.isEmpty ?? true
            // Not every provider names its model.
            guard start.model?.isEmpty ?? true else { break }
            start.model = model
            return writer.write(.start(start), into: &json)
        case .blockStart(let place, let start):
            if isNameless || !toolNames.isEmpty, !hasFailed {
                let told = start.renamed(toolNames)
                return writer.write(.blockStart(place, isNameless ? told.identified(as: style.id) : told), into: &json)
            }
        case .finish(_, let finish) where finish.reason == .failure && !hasFailed:
            return fail(.failure(finish), &progress)
        case .finish: if !hasFailed { progress.isFinish = true }
        // Nothing that the provider has said: the gateway says it.
        case .error(let error) where error.kind == .invalidAnswer && !hasFailed:
            return fault = JSONError(0, error.message)
        case .error(let error):
            readsCountsOnly = true
            if !hasFailed { fail(error, &progress) }
            return
        case .end: return hasEnded = true
        default: break
        }
        if !hasFailed { writer.write(event, into: &json) }
    }

    private func fail(_ error: ProviderError, _ progress: inout AnswerProgress) {
        progress.streamError = StreamFault(error)
        writer.write(.error(error), into: &json)
        hasFailed = true
    }

    private func take(_ report: UsageReport?, _ progress: inout AnswerProgress) {
        guard let report else { return }
        reportedCost = report.reportedCost ?? reportedCost
        told = report.usage
        searches = max(searches, report.usage.search)
        (progress.usage, progress.reportedCost) = (report.usage, report.reportedCost)
        progress.lacksOutput = report.lacksOutput
        // What the caller wished for may never have left: what is not named is standard.
        progress.service = report.service
    }

    private func flushed(_ progress: AnswerProgress, _ output: inout ByteBuffer) -> AnswerProgress {
        flush(into: &output)
        return progress
    }

    private func flush(into output: inout ByteBuffer) {
        guard json.count > 0 else { return }
        json.withBytes { _ = output.writeBytes($0) }
        json.removeAll()
    }

    // MARK: Whole answers

    /// Reads a whole answer, for ``body(cost:earlier:booked:estimate:)`` or ``replay(cost:earlier:booked:into:)``.
    ///
    /// - Parameter isStream: whether it came as a stream, though none was asked for.
    /// - Throws: if it is none.
    func read(whole body: ByteBuffer, _ head: ResponseHead, isStream: Bool = false) throws(JSONError) -> AnswerProgress
    {
        var progress = AnswerProgress()
        let answer: TranslatedAnswer
        if embeddings == nil, isStream {
            answer = .chat(try collect(body, &progress))
        } else {
            let bytes = Array(body.readableBytesView)
            do throws(JSONError) {
                answer = try self.answer(bytes, head)
            } catch {
                // It has been made, and its provider charges for it.
                if error.isTooMuch {
                    count(StreamMessage(data: bytes), &progress)
                    counted = progress
                }
                throw error
            }
            take(answer.usage, &progress)
            if answer.usage == nil { tell(searches: answer.searches, &progress) }
            if progress.lacksOutput || answer.usage?.usage.totalOutput ?? 0 == 0 {
                progress.content.count(answer.contentBytes)
            }
        }
        if let failure = answer.failure {
            // The model has worked on it, and its provider charges for that.
            counted = progress
            let message = ProviderError.failure(failure).message
            self.failure = message
            throw JSONError(0, message)
        }
        if let excess = answer.excess {
            counted = progress
            throw excess
        }
        whole = answer.named(model.decoded, id: style.id, toolNames)
        return progress
    }

    private func answer(_ body: [UInt8], _ head: ResponseHead) throws(JSONError) -> TranslatedAnswer {
        if let embeddings { return .embeddings(try embeddings.read(body, head)) }
        return .chat(try provider.readAnswer(body))
    }

    /// Puts the events of a stream together into the whole that was asked for.
    ///
    /// - Parameter progress: what they count, as they would have where a stream was asked for.
    private func collect(_ body: ByteBuffer, _ progress: inout AnswerProgress) throws(JSONError) -> ChatAnswer {
        var collector = AnswerCollector()
        var broken: JSONError?
        do throws(JSONError) {
            try collect(body, into: &collector, &progress)
            if let rest = framer.rest() { collect(rest, into: &collector, &progress) }
            collect(nil, into: &collector, &progress)
        } catch { broken = error }
        if let error = collector.error {
            broken = broken ?? JSONError(0, "a stream that nobody asked for ends in an error")
            // What is missing at the end is the gateway's to say.
            if error.kind != .invalidAnswer { errorBody = error.body }
        }
        guard let broken else { return collector.answer }
        // What came before it has been worked on, and its provider charges for that.
        counted = progress
        throw broken
    }

    /// What the events count that have come in place of a whole, where no more will come of it.
    func read(part body: ByteBuffer) -> AnswerProgress {
        var collector = AnswerCollector()
        var progress = AnswerProgress()
        do throws(JSONError) { try collect(body, into: &collector, &progress) } catch {
            // What can be no event says nothing more.
            return progress
        }
        return progress
    }

    /// Reads the whole events there are.
    private func collect(
        _ body: ByteBuffer, into collector: inout AnswerCollector, _ progress: inout AnswerProgress
    ) throws(JSONError) {
        body.withUnsafeReadableBytes { framer.append($0) }
        while let message = try framer.next() {
            collect(message, into: &collector, &progress)
            if let excess = parts.excess(kept: reader.keptParts) { throw excess }
        }
    }

    /// - Parameter message: nil at the end.
    private func collect(
        _ message: StreamMessage?, into collector: inout AnswerCollector, _ progress: inout AnswerProgress
    ) {
        events.removeAll(keepingCapacity: true)
        if let message { reader.read(message, into: &events) } else { reader.finish(into: &events) }
        var next = AnswerProgress()
        for event in events {
            count(event, &next)
            if case .error(let error) = event, error.kind != .invalidAnswer { readsCountsOnly = true }
            collector.take(event)
        }
        if reader.searches != seenSearches { tell(searches: reader.searches, &next) }
        next.content.count(held: reader.takeHeldBytes())
        if readsCountsOnly, !hasEnded, let message { count(message, &next) }
        progress.add(next)
    }

    /// Writes a whole answer as the events in which it was asked for.
    func replay(cost: Cost, earlier: EarlierCost, booked: Usage?, into output: inout ByteBuffer) {
        guard case .chat(let answer)? = whole else { preconditionFailure("a whole answer that was not read") }
        for event in answer.events { writer.write(event, into: &json) }
        flush(into: &output)
        end(cost: cost, earlier: earlier, booked: booked, into: &output)
    }

    /// The whole answer as the caller gets it.
    ///
    /// - Parameters:
    ///   - booked: what a chat is settled at, which is told in place of what its provider has counted of it, or not.
    ///   - estimate: how much input embeddings are taken to have, where the provider has not counted it.
    func body(cost: Cost, earlier: EarlierCost, booked: Usage?, estimate: Int) -> [UInt8] {
        style.usageMembers = CostFields.members(cost: cost, earlier: earlier, reported: reportedCost)
        switch whole {
        case nil: preconditionFailure("a whole answer that was not read")
        case .chat(var answer):
            if let booked, booked != told { answer.usage = UsageReport(booked: booked) }
            let body = caller.write(answer, in: style)
            whenWritten?(body)
            return body
        case .embeddings(let answer):
            guard let embeddings else { preconditionFailure("embeddings that nobody asked for") }
            return embeddings.write(answer, estimate: estimate, more: style.usageMembers)
        }
    }

    // MARK: Errors

    /// Ends a stream that has begun with an error, in the events that the caller's dialect has for it.
    ///
    /// - Returns: nothing where the stream is over already.
    func end(with error: ProviderError) -> [UInt8] {
        writer.write(.error(error), into: &json)
        defer { json.removeAll() }
        return json.bytes
    }

    /// What a provider says is wrong.
    func error(_ head: ResponseHead, body: ByteBuffer) -> ProviderError {
        var error = provider.readError(
            status: head.status, body: Array(body.readableBytesView),
            type: provider.errorTypeField.flatMap { head.fields.first($0) })
        error.retryAfter = head.pause ?? error.retryAfter
        return error
    }

    /// A provider's error as the caller gets it.
    func body(of error: ProviderError) -> [UInt8] { caller.write(error, in: style) }

    /// How the provider frames streams.
    var framing: StreamFraming { provider.framing }
}

extension ProviderError {
    /// The model's failure, which its provider gives as a reason to end.
    fileprivate static func failure(_ finish: Finish) -> ProviderError {
        let reason = finish.native.map { " (\($0.decoded.prefix(100)))" } ?? ""
        return ProviderError(.server, "The model failed to answer\(reason).", status: 502)
    }

    /// As it would stand in a body of its own, from which it is read again.
    fileprivate var body: [UInt8] {
        let body = RawJSON { json in
            json.object { json in json.member("error", object: { members(&$0) }) }
        }
        return Array(body.bytes)
    }

    private func members(_ json: inout JSONWriter) {
        json.member("message", JSONString(message))
        json.member("type", type.map { JSONString($0) })
        json.member("code", code.map { JSONString($0) })
        json.member("param", parameter.map { JSONString($0) })
        json.member("status_code", status)
    }
}
