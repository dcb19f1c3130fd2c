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
        /// What says that all is said.
        case end
        /// Bytes of which nobody here knows more.
        case opaque
        case invalid(String)
    }

    enum Conclusion {
        case complete(AnswerProgress)
        case failed(UpstreamFailure)
    }

    /// Its status is the one that an error states for itself where the provider has sent that as a success.
    var head: ResponseHead
    var kind: Kind
    let passage: Passage
    let endpoint: GovernedEndpoint
    /// Whether it comes as a stream, asked for or not.
    private(set) var comesAsStream: Bool
    /// Whether it may be a stream that is called something else, or an object that is called a stream: its first bytes tell.
    private var mayBeStream: Bool
    private var mayBeWhole: Bool
    /// Whether it is an object that is called a stream.
    private(set) var isMislabelled = false
    /// Whether a stream was asked for.
    private let wantsStream: Bool
    /// Whether the caller has been told to expect events.
    private let wantsEvents: Bool
    /// Whether the caller asked for the usage of a stream.
    let wantsUsage: Bool
    /// The body as it came; of a stream, what is no whole event yet.
    var input = ByteBuffer()
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
    var usage: UsagePlace?
    /// Whether its body was made here of the events that it came in.
    var isPutTogether = false
    /// What ends a stream that ends in no `[DONE]`, until it is settled.
    var heldEnd = ByteBuffer()
    var searched = 0
    var sawEnd = false
    /// Which choices of a stream have been heard of, and which have said why they end; a bit each, as in ``OpenAIChunk``.
    var choices: UInt64 = 0
    var finished: UInt64 = 0
    /// Whether any of its chunks has content, or a count.
    var saysAnything = false
    /// Events with choices, which end in a finish reason or [DONE]; and events of other shapes, which end as they like.
    var sawChoices = false
    var sawOther = false
    var saidDone = false
    /// Whether its end or its count has come by itself behind all reasons: an empty event alone may stand within a stream.
    var hasSaidAll = false
    /// The last count of tokens in a stream: zeros behind it are none.
    var lastCount: Usage?
    /// Whether a usage object with our figures has gone into the stream.
    var hasToldCost = false
    /// The event that says why it ends, where none had by then whose caller asked for it, or where it is to be kept: what is told
    /// instead is named alike.
    var finishEvent: ByteBuffer?
    var streamError: StreamFault?
    /// What a provider counts in an error that it sends as a success.
    var counted: AnswerProgress?
    /// The events as the provider sent them, where they are to be kept and are not too many.
    var recording: ByteBuffer?
    var recordingLimit = 0
    /// Whether the last usage in these that callers look at is of all that there is.
    var isRecordingCounted = false
    var endedInError: Bool { streamError != nil }

    /// A provider's error body beyond this is cut off: it is for people to read.
    private static let maximumErrorBytes = 1 << 20

    /// - Parameters:
    ///   - translation: where the provider speaks another dialect than the caller.
    ///   - previousID: the answer that the request goes on from, which its provider has not been told of.
    init(
        _ head: ResponseHead, request: ScannedRequest, translation: AnswerTranslation? = nil, previousID: String? = nil
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
        comesAsStream = isStream == true
        wantsStream = request.streams
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
        let kind: Kind =
            head.status / 100 != 2 ? .error : isSound || isStream == true && request.streams ? .stream : .whole
        self.kind = kind
        mayBeStream =
            kind == .whole && isStream != true && framing == .events && request.endpoint.producesOutput
        mayBeWhole =
            kind != .error && isStream == true && framing == .events && request.endpoint.producesOutput
        self.head = kind == .stream ? head.compacted() : head
    }

    var isStream: Bool { kind == .stream }
    /// Whether it is a text that comes whole where a stream was asked for, or the other way round.
    var isOtherwise: Bool { kind == .whole && comesAsStream != wantsStream && endpoint.producesOutput }
    /// Whether its caller waits for events that it has not come in.
    var isReplayed: Bool { isOtherwise && wantsStream }

    /// Whether what is still to be written is more than goes out at once.
    var isLarge: Bool { input.readableBytes + output.readableBytes > 32 << 10 }
    var isSound: Bool { if case .sound = passage { kind == .stream } else { false } }
    var isTranslated: Bool { if case .translated = passage { true } else { false } }
    /// Whether its body is written here, and so is JSON, whatever came.
    var isWritten: Bool {
        guard case .translated(let translation) = passage else { return isPutTogether }
        return kind != .error || !translation.isOwnDialect
    }

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
        input.takeIn(bytes)
        if mayBeStream, input.readableBytes >= SSE.beginning { recognize() }
        if mayBeWhole, input.readableBytes > 0 { recognizeWhole() }
        return input.readableBytes <= limit
    }

    private func recognize() {
        mayBeStream = false
        guard input.withUnsafeReadableBytes(SSE.begins) else { return }
        comesAsStream = true
        guard wantsStream else { return }
        kind = .stream
        head = head.compacted()
    }

    /// No line of an event begins with a brace.
    private func recognizeWhole() {
        mayBeWhole = false
        guard input.readableBytesView.first == UInt8(ascii: "{") else { return }
        isMislabelled = true
        comesAsStream = false
        kind = .whole
    }

    /// Of a stream that falls silent nothing is kept of what it was read into.
    func rest() { if input.readableBytes == 0 { input = ByteBuffer() } }

    /// Has none of `secrets` in the error that the provider answers with.
    func hide(_ secrets: ProviderSecrets) {
        if kind == .error { secrets.hide(in: &input) }
        secrets.hide(in: &output)
        if var fault = streamError {
            secrets.hide(in: &fault.text)
            streamError = fault
        }
    }

    /// Has nothing in the error that the provider answers with of what it charges.
    func hideCharge() {
        guard kind == .error else { return }
        let edits = input.withUnsafeReadableBytes { CostFields.hidingEdits(inAnswer: $0) }
        guard !edits.isEmpty else { return }
        input = ByteBuffer(bytes: input.withUnsafeReadableBytes { edits.applied(to: $0) })
    }

    /// What ends the stream of a caller, once it is settled at `booked`.
    ///
    /// - Parameter style: how what is written here is named where nothing in the stream has a name.
    func writeEnd(cost: Cost, earlier: EarlierCost, booked: Usage?, style: @autoclosure () -> AnswerStyle) {
        // An error is the end of a stream by itself; clients take [DONE] for success.
        guard !endedInError else { return }
        switch passage {
        case .openAI where endpoint.isByPiece:
            output.writeImmutableBuffer(heldEnd)
            if saidDone { output.writeStaticString("data: [DONE]\n\n") }
        case .sound: output.writeImmutableBuffer(heldEnd)
        case .openAI:
            if wantsUsage, !hasToldCost, let booked {
                output.writeBytes(usageChunk(booked, cost: cost, earlier: earlier, style: style()))
            }
            output.writeStaticString("data: [DONE]\n\n")
        case .anthropic(let passage): passage.writeEnd(to: &output)
        case .scanned(let passage): passage.writeEnd(cost: cost, earlier: earlier, into: &output)
        case .translated(let translation): translation.end(cost: cost, earlier: earlier, booked: booked, into: &output)
        }
    }

    /// What a stream has used whose provider has not told all of it.
    ///
    /// - Parameter cost: nil where it is to be told later, and another one.
    func usageChunk(_ booked: Usage, cost: Cost?, earlier: EarlierCost, style: AnswerStyle) -> [UInt8] {
        func chunk(_ event: UnsafeRawBufferPointer?) -> [UInt8] {
            UsageChunk.event(booked, of: endpoint, like: event, in: style, cost: cost, earlier: earlier)
        }
        return finishEvent?.withUnsafeReadableBytes { chunk($0) } ?? chunk(nil)
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
