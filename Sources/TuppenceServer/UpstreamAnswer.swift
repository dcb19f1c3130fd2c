import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// A provider's answer as it arrives: gathered whole, or cut into events.
final class UpstreamAnswer {
    enum Kind: Hashable {
        case whole, stream, error
    }

    /// How it becomes the caller's.
    enum Passage {
        /// By its own bytes, in OpenAI's dialect or in Anthropic's.
        case openAI
        case anthropic(AnthropicPassage)
        /// By its own bytes, in the dialect of Responses or of Gemini.
        case scanned(ScannedPassage)
        case translated(AnswerTranslation)
        /// Sound, which nobody here reads.
        case sound
    }

    enum EventReading {
        case chunk(OpenAIChunk)
        case progress(AnswerProgress)
        case nothing
        /// Bytes of which nobody here knows more.
        case opaque
        case invalid(String)
    }

    enum Conclusion {
        case complete(AnswerProgress)
        case failed(UpstreamFailure)
    }

    /// Its status is the one that an error states for itself where the provider has sent that as a success.
    private(set) var head: ResponseHead
    private(set) var kind: Kind
    let passage: Passage
    private let endpoint: OpenAIEndpoint
    /// Whether the caller has been told to expect events.
    private let wantsEvents: Bool
    /// Whether the caller asked for the usage of a stream.
    private let wantsUsage: Bool
    /// The body as it came; of a stream, what is no whole event yet.
    private(set) var input = ByteBuffer()
    /// Events that are the caller's and have not been sent.
    var output = ByteBuffer()
    /// Whether there is no caller any more, and nothing of it is kept but what its usage is read from.
    var isForUsageOnly = false {
        didSet {
            output = ByteBuffer()
            recording = nil
        }
    }
    /// The usage of a whole answer, where our figures go.
    private(set) var usage: UsagePlace?
    /// What ends a stream that ends in no `[DONE]`, until it is settled.
    private var heldEnd = ByteBuffer()
    private var searched = 0
    private var sawEnd = false
    /// Which choices of a stream have been heard of, and which have said why they end; a bit each, as in ``OpenAIChunk``.
    private var choices: UInt64 = 0
    private var finished: UInt64 = 0
    /// Events with choices, which end in a finish reason or [DONE]; and events of other shapes, which end as they like.
    private var sawChoices = false
    private var sawOther = false
    private var saidDone = false
    private var streamError: String?
    /// The events as the provider sent them, where they are to be kept and are not too many.
    private(set) var recording: ByteBuffer?
    private var recordingLimit = 0
    var endedInError: Bool { streamError != nil }

    /// A provider's error body beyond this is cut off: it is for people to read.
    private static let maximumErrorBytes = 1 << 20

    /// - Parameters:
    ///   - translation: where the provider speaks another dialect than the caller.
    ///   - previousID: the answer that the request goes on from, which its provider has not been told of.
    init(
        _ head: ResponseHead, request: OpenAIRequest, translation: AnswerTranslation? = nil, previousID: String? = nil
    ) {
        let framing = translation?.framing ?? .events
        let isStream = head.fields.withFirst("content-type") { value in
            let type = framing.contentType
            let length = type.utf8CodeUnitCount
            return value.count >= length
                && UnsafeRawBufferPointer(rebasing: value[..<length]).equalsIgnoringCase(type)
        }
        let isSound = request.endpoint == .speech && isStream != true
        endpoint = request.endpoint
        wantsEvents = request.streamsEvents
        passage =
            if let translation {
                .translated(translation)
            } else if isSound {
                .sound
            } else {
                switch request.endpoint.dialect {
                case .anthropic: .anthropic(AnthropicPassage())
                case .responses, .gemini: .scanned(ScannedPassage(request, previousID: previousID))
                default: .openAI
                }
            }
        wantsUsage = request.wantsUsage
        kind = head.status / 100 != 2 ? .error : isSound || isStream == true && request.streams ? .stream : .whole
        self.head = kind == .stream ? head.compacted() : head
    }

    var isStream: Bool { kind == .stream }
    var isSound: Bool { if case .sound = passage { kind == .stream } else { false } }
    var isTranslated: Bool { if case .translated = passage { true } else { false } }

    /// What is wrong with the answer already by its head.
    var headFailure: UpstreamFailure? {
        if head.status / 100 == 3 {
            return UpstreamFailure(.invalid, status: head.status, detail: "a redirect, which is never followed")
        }
        if isSound, wantsEvents {
            return UpstreamFailure(.invalid, status: head.status, detail: "no events, which were asked for")
        }
        let coding = head.fields.first("content-encoding")?.lowercased()
        if let coding, coding != "identity", kind != .error {
            return UpstreamFailure(.invalid, status: head.status, detail: "a content coding nobody asked for")
        }
        return nil
    }

    /// - Returns: false if that is more than `limit` allows to be kept.
    func take(_ bytes: ByteBuffer, limit: Int) -> Bool {
        if kind == .error {
            let room = Self.maximumErrorBytes - input.readableBytes
            if room > 0 {
                input.writeImmutableBuffer(
                    bytes.getSlice(at: bytes.readerIndex, length: min(room, bytes.readableBytes)) ?? bytes)
            }
            return true
        }
        if input.readableBytes == 0 { input = bytes } else { input.writeImmutableBuffer(bytes) }
        return input.readableBytes <= limit
    }

    /// Of a stream that falls silent nothing is kept of what it was read into.
    func rest() { if input.readableBytes == 0 { input = ByteBuffer() } }

    // MARK: Streams

    /// Records the events to come, in case they are to be kept: up to so many bytes, or not at all.
    func record(upTo limit: Int) {
        recording = ByteBuffer()
        recordingLimit = limit
    }

    private func record(_ event: ByteBuffer) {
        recording?.writeImmutableBuffer(event)
        if (recording?.readableBytes ?? 0) > recordingLimit { recording = nil }
    }

    func nextEvent() -> ByteBuffer? {
        // What its messages are is its dialect's business.
        if isTranslated || isSound {
            return input.readableBytes > 0 ? input.readSlice(length: input.readableBytes) : nil
        }
        let length = input.withUnsafeReadableBytes { SSE.eventLength(in: $0, searched: &searched) }
        return length.flatMap { input.readSlice(length: $0) }
    }

    /// Reads one event and puts it into `output` as the caller is to see it: with what `charge` says that usage is charged,
    /// on top of `earlierCost`.
    func read(_ event: ByteBuffer, earlierCost: Money, charge: (Usage, ServiceTier?) -> Cost?) -> EventReading {
        switch passage {
        case .openAI: readOpenAI(event, earlierCost: earlierCost, charge: charge)
        case .anthropic(let passage): read(event, passage, earlierCost: earlierCost, charge: charge)
        case .scanned(let passage): read(event, passage)
        case .translated(let translation): read(event, translation)
        case .sound: readSound(event)
        }
    }

    /// The last byte stays here until it is settled.
    private func readSound(_ bytes: ByteBuffer) -> EventReading {
        sawEnd = true
        guard !isForUsageOnly else { return .opaque }
        output.writeImmutableBuffer(heldEnd)
        output.writeImmutableBuffer(bytes)
        heldEnd = output.getSlice(at: output.writerIndex - 1, length: 1) ?? ByteBuffer()
        output.moveWriterIndex(to: output.writerIndex - 1)
        return .opaque
    }

    private func pass(_ event: ByteBuffer) { if !isForUsageOnly { output.writeImmutableBuffer(event) } }

    /// An error as the dialect has it: under `error`.
    private func passBareError(_ event: ByteBuffer) {
        guard !isForUsageOnly else { return }
        output.writeStaticString("data: {\"error\":")
        event.withUnsafeReadableBytes { bytes in
            switch SSE.data(of: bytes) {
            case .none: preconditionFailure("an error without data")
            case .line(let range): _ = output.writeBytes(bytes[range])
            case .lines(let data): _ = output.writeBytes(data.lazy.filter { $0 != 10 })
            }
        }
        output.writeStaticString("}\n\n")
    }

    private func read(_ bytes: ByteBuffer, _ translation: AnswerTranslation) -> EventReading {
        do throws(JSONError) {
            let progress = try translation.read(bytes, into: &output)
            if isForUsageOnly { output = ByteBuffer() }
            if let error = progress.streamError { streamError = error }
            return .progress(progress)
        } catch { return .invalid("a stream that is none of its dialect: \(error.reason)") }
    }

    private func read(_ event: ByteBuffer, _ passage: ScannedPassage) -> EventReading {
        do throws(JSONError) {
            // Taken out meanwhile, so that it is written in place.
            var written = isForUsageOnly ? nil : output
            output = ByteBuffer()
            defer { if let written { output = written } }
            guard let piece = try passage.read(event, into: &written) else { return .nothing }
            if let error = piece.error { streamError = error }
            return .progress(AnswerProgress(piece))
        } catch { return .invalid("a stream event that is not JSON: \(error.reason)") }
    }

    private func read(
        _ event: ByteBuffer, _ passage: AnthropicPassage, earlierCost: Money, charge: (Usage, ServiceTier?) -> Cost?
    ) -> EventReading {
        do throws(JSONError) {
            let (read, dataStart) = try passage.read(event)
            if read.isFinish { sawEnd = true }
            switch read.kind {
            case .stop:
                sawEnd = true
                passage.heldEnd = event
                return .nothing
            case .other:
                pass(event)
                return .nothing
            case .error(let text):
                streamError = text
                pass(event)
            case .part:
                let usage = passage.counted.usage
                write(
                    event, read.usage, dataStart: dataStart,
                    cost: read.usage == nil ? nil : charge(usage, passage.counted.service),
                    earlierCost: earlierCost)
            }
            return .progress(AnswerProgress(read, counted: passage.counted))
        } catch { return .invalid("a stream event that is not JSON: \(error.reason)") }
    }

    private func readOpenAI(_ event: ByteBuffer, earlierCost: Money, charge: (Usage, ServiceTier?) -> Cost?)
        -> EventReading
    {
        let reading: Result<(chunk: OpenAIChunk, dataStart: Int), JSONError> = event.withUnsafeReadableBytes { bytes in
            do throws(JSONError) { return .success(try OpenAIChunk.read(event: bytes)) } catch {
                return .failure(error)
            }
        }
        switch reading {
        case .failure(let error): return .invalid("a stream event that is not JSON: \(error.reason)")
        case .success(let (chunk, dataStart)):
            switch chunk.kind {
            case .done:
                sawEnd = true
                saidDone = true
                return .nothing
            case .other:
                if !isForUsageOnly { output.writeImmutableBuffer(event) }
                return .nothing
            case .error(let text):
                streamError = text
                if chunk.isBareError { passBareError(event) } else { pass(event) }
                return chunk.usage == nil ? .nothing : .chunk(chunk)
            case .chunk:
                if recording != nil { record(event) }
                choices |= chunk.choices
                finished |= chunk.finished
                if chunk.hasChoicesField { sawChoices = true } else { sawOther = true }
                if endpoint.isByPiece {
                    hold(event, chunk, dataStart: dataStart, earlierCost: earlierCost, charge); return .chunk(chunk)
                }
                // Its caller did not ask for it: we did.
                if isForUsageOnly || chunk.isUsageOnly && !wantsUsage { return .chunk(chunk) }
                write(
                    event, chunk.usage?.place, dataStart: dataStart,
                    cost: chunk.usage.flatMap { charge($0.usage, $0.service) },
                    earlierCost: earlierCost)
                return .chunk(chunk)
            }
        }
    }

    /// Passes on an event of a stream that is no chat. One with usage is its last, and waits until it is settled.
    private func hold(
        _ event: ByteBuffer, _ chunk: OpenAIChunk, dataStart: Int, earlierCost: Money,
        _ charge: (Usage, ServiceTier?) -> Cost?
    ) {
        guard !isForUsageOnly else { return }
        output.writeImmutableBuffer(heldEnd)
        heldEnd = ByteBuffer()
        guard let usage = chunk.usage else { return _ = output.writeImmutableBuffer(event) }
        let before = output.readableBytes
        write(
            event, usage.place, dataStart: dataStart, cost: charge(usage.usage, usage.service), earlierCost: earlierCost
        )
        heldEnd =
            output.getSlice(at: output.readerIndex + before, length: output.readableBytes - before) ?? ByteBuffer()
        output.moveWriterIndex(to: output.readerIndex + before)
    }

    /// Passes an event on, with our figures at the end of its usage.
    private func write(_ event: ByteBuffer, _ usage: UsagePlace?, dataStart: Int, cost: Cost?, earlierCost: Money) {
        guard !isForUsageOnly else { return }
        guard let usage, !usage.range.isEmpty, let cost else { return _ = output.writeImmutableBuffer(event) }
        event.withUnsafeReadableBytes { bytes in
            let data = UnsafeRawBufferPointer(rebasing: bytes[dataStart...])
            let edit = CostFields.edit(usage, in: data, cost: cost, earlier: earlierCost).moved(by: dataStart)
            output.writeBytes(bytes[..<edit.range.lowerBound])
            output.writeBytes(edit.replacement)
            output.writeBytes(bytes[edit.range.upperBound...])
        }
    }

    // MARK: The end

    /// What the answer turns out to have been, once it has ended.
    func conclusion(endpoint: OpenAIEndpoint) -> Conclusion {
        switch kind {
        case .error:
            var failure = UpstreamFailure(.status, status: head.status, detail: "status \(head.status)")
            let error = providerError
            // Anthropic says with 400 that no credit is left, Gemini and xAI that a key is wrong, as all say what is wrong with a
            // request; OpenAI says with 429 that no credit is left.
            failure.isOurAccounts =
                (head.status == 400 || head.status == 429)
                && (error.kind == .outOfQuota || error.kind == .authentication)
            failure.retryAfter = retryAfter ?? error.retryAfter
            return .failed(failure)
        case .stream:
            let ending = streamError == nil ? streamEnding() : .success(AnswerProgress())
            if let streamError {
                return .failed(UpstreamFailure(.errorInStream, status: head.status, detail: streamError))
            }
            switch ending {
            case .success(let progress): return .complete(progress)
            case .failure(let broken):
                return .failed(UpstreamFailure(.truncated, status: head.status, detail: broken.reason))
            }
        case .whole:
            do throws(JSONError) { return .complete(try wholeAnswer(endpoint)) } catch {
                if becomeError() { return conclusion(endpoint: endpoint) }
                return .failed(
                    UpstreamFailure(.invalid, status: head.status, detail: "the body is no answer: \(error.reason)"))
            }
        }
    }

    /// Takes the provider at its word where it has sent an error as a success.
    private func becomeError() -> Bool {
        guard let error = ProviderError(inAnswer: Array(input.readableBytesView)) else { return false }
        head.status = error.status
        kind = .error
        return true
    }

    private var providerError: ProviderError {
        if case .translated(let translation) = passage {
            translation.error(head, body: input)
        } else {
            endpoint.dialect.outbound.readError(status: head.status, body: Array(input.readableBytesView))
        }
    }

    /// How long the provider asks to be left alone: milliseconds say it more exactly than seconds.
    private var retryAfter: Milliseconds? {
        if let count = head.fields.first("retry-after-ms").flatMap(Int64.init), count >= 0 {
            return Milliseconds(count)
        }
        return head.fields.first("retry-after").flatMap { RetryAfter.span($0, now: WallClock.now) }
    }

    /// How a stream was not complete.
    private struct Broken: Error {
        var reason: String
        static let off = Broken(reason: "the stream ended without its end")
    }

    /// What was left when the stream ended: some providers leave out the blank line behind their last event.
    private func streamEnding() -> Result<AnswerProgress, Broken> {
        if case .translated(let translation) = passage {
            guard let progress = translation.readEnd(into: &output) else { return .failure(.off) }
            if let error = progress.streamError { streamError = error }
            return .success(progress)
        }
        if isSound { return .success(AnswerProgress()) }
        var progress = AnswerProgress()
        switch finalEvent() {
        case .invalid(let reason): return .failure(Broken(reason: reason))
        case .chunk(let chunk): progress = AnswerProgress(chunk)
        case .progress(let last): progress = last
        case .nothing, .opaque: break
        }
        return isComplete ? .success(progress) : .failure(.off)
    }

    private var isComplete: Bool {
        if case .scanned(let passage) = passage { return passage.isComplete }
        return sawEnd || choices != 0 && finished == choices || sawOther && !sawChoices
    }

    private func finalEvent() -> EventReading {
        guard input.readableBytes > 0 else { return .nothing }
        var event = input
        input = ByteBuffer()
        event.writeStaticString("\n\n")
        return read(event, earlierCost: .zero, charge: { _, _ in nil })
    }

    private func wholeAnswer(_ endpoint: OpenAIEndpoint) throws(JSONError) -> AnswerProgress {
        switch passage {
        case .translated(let translation): return try translation.read(whole: input, head)
        case .anthropic(let passage):
            let answer = try passage.read(whole: input)
            if answer.isError { throw .anError }
            usage = answer.usage
            // Counting is free of charge, and so counts as nothing.
            return endpoint == .countTokens ? AnswerProgress(usage: Usage()) : AnswerProgress(answer)
        case .scanned(let passage):
            let piece = try passage.read(whole: input)
            usage = piece.place
            return AnswerProgress(piece)
        case .openAI where endpoint.isByPiece: return try wholePieces()
        case .sound: return AnswerProgress()
        case .openAI:
            let read: Result<OpenAIAnswer, JSONError> = input.withUnsafeReadableBytes { bytes in
                do throws(JSONError) { return .success(try OpenAIAnswer(bytes)) } catch { return .failure(error) }
            }
            let answer = try read.get()
            if answer.isError { throw .anError }
            if endpoint.producesOutput, !answer.hasChoices { throw JSONError(0, "'choices' is missing") }
            usage = answer.usage?.place
            return AnswerProgress(answer)
        }
    }

    private func wholePieces() throws(JSONError) -> AnswerProgress {
        let isJSON = head.fields.withFirst("content-type") { value in
            value.count >= 16 && UnsafeRawBufferPointer(rebasing: value[..<16]).equalsIgnoringCase("application/json")
        }
        // Subtitles, say, or plain text: who asked for them gets no JSON.
        guard isJSON != false || endpoint != .transcriptions else {
            return AnswerProgress(PieceAnswer.text(bytes: input.readableBytes))
        }
        let read: Result<PieceAnswer, JSONError> = input.withUnsafeReadableBytes { bytes in
            do throws(JSONError) { return .success(try PieceAnswer(bytes)) } catch { return .failure(error) }
        }
        let answer = try read.get()
        if answer.isError { throw .anError }
        usage = answer.place
        return AnswerProgress(answer)
    }

    /// Has none of `secrets` in the error that the provider answers with.
    func hide(_ secrets: ProviderSecrets) {
        if kind == .error { secrets.hide(in: &input) }
        secrets.hide(in: &output)
        if var text = streamError {
            secrets.hide(in: &text)
            streamError = text
        }
    }

    // MARK: What goes out

    /// What ends the stream of a caller, once it is settled.
    func writeEnd(cost: Cost, earlier: Money) {
        // An error is the end of a stream by itself; clients take [DONE] for success.
        guard !endedInError else { return }
        switch passage {
        case .openAI where endpoint.isByPiece:
            output.writeImmutableBuffer(heldEnd)
            if saidDone { output.writeStaticString("data: [DONE]\n\n") }
        case .sound: output.writeImmutableBuffer(heldEnd)
        case .openAI: output.writeStaticString("data: [DONE]\n\n")
        case .anthropic(let passage): passage.writeEnd(to: &output)
        case .scanned(let passage): passage.writeEnd(cost: cost, earlier: earlier, into: &output)
        case .translated(let translation): translation.end(cost: cost, earlier: earlier, into: &output)
        }
    }

    /// Has `keep` given the object that the answer is before it goes out, in the dialect of Responses.
    func whenWritten(_ keep: @escaping ([UInt8]) -> Void) {
        switch passage {
        case .scanned(let passage): passage.whenWritten = keep
        case .translated(let translation): translation.whenWritten = keep
        case .openAI, .anthropic, .sound: break
        }
    }
}

extension JSONError {
    fileprivate static let anError = JSONError(0, "it says that it is an error")
}
