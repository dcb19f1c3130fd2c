import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// A provider's answer as it arrives: gathered whole, or cut into events.
final class UpstreamAnswer {
    enum Kind: Hashable {
        case whole, stream, error
    }

    enum EventReading {
        case chunk(OpenAIChunk)
        case nothing
        case invalid(String)
    }

    enum Conclusion {
        case complete(OpenAIUsage?, contentBytes: Int)
        case failed(UpstreamFailure)
    }

    let head: ResponseHead
    let kind: Kind
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
    private(set) var usage: OpenAIUsage?
    private var searched = 0
    private var sawEnd = false
    /// Events with choices, which end in a finish reason or [DONE]; and events of other shapes, which end as they like.
    private var sawChoices = false
    private var sawOther = false
    private var streamError: String?
    /// The events as the provider sent them, where they are to be kept and are not too many.
    private(set) var recording: ByteBuffer?
    private var recordingLimit = 0
    var endedInError: Bool { streamError != nil }

    /// A provider's error body beyond this is cut off: it is for people to read.
    private static let maximumErrorBytes = 1 << 20

    init(_ head: ResponseHead, request: OpenAIRequest) {
        self.head = head
        wantsUsage = request.wantsUsage
        let isStream = head.fields.withFirst("content-type") { value in
            value.count >= 17 && UnsafeRawBufferPointer(rebasing: value[..<17]).equalsIgnoringCase("text/event-stream")
        }
        kind = head.status / 100 != 2 ? .error : isStream == true && request.streams ? .stream : .whole
    }

    var isStream: Bool { kind == .stream }

    /// What is wrong with the answer already by its head.
    var headFailure: UpstreamFailure? {
        if head.status / 100 == 3 {
            return UpstreamFailure(.invalid, status: head.status, detail: "a redirect, which is never followed")
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
        let length = input.withUnsafeReadableBytes { SSE.eventLength(in: $0, searched: &searched) }
        return length.flatMap { input.readSlice(length: $0) }
    }

    /// Reads one event and puts it into `output` as the caller is to see it: with what `charge` says that usage is charged,
    /// on top of `earlierCost`.
    func read(_ event: ByteBuffer, earlierCost: Money, charge: (Usage, ServiceTier?) -> Cost?) -> EventReading {
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
                return .nothing
            case .other:
                if !isForUsageOnly { output.writeImmutableBuffer(event) }
                return .nothing
            case .error(let text):
                streamError = text
                if !isForUsageOnly { output.writeImmutableBuffer(event) }
                return chunk.usage == nil ? .nothing : .chunk(chunk)
            case .chunk:
                if recording != nil { record(event) }
                if chunk.isFinish { sawEnd = true }
                if chunk.hasChoicesField { sawChoices = true } else { sawOther = true }
                // Its caller did not ask for it: we did.
                if isForUsageOnly || chunk.isUsageOnly && !wantsUsage { return .chunk(chunk) }
                write(event, chunk.usage, dataStart: dataStart, earlierCost: earlierCost, charge: charge)
                return .chunk(chunk)
            }
        }
    }

    private func write(
        _ event: ByteBuffer, _ usage: OpenAIUsage?, dataStart: Int, earlierCost: Money,
        charge: (Usage, ServiceTier?) -> Cost?
    ) {
        guard let usage, !usage.range.isEmpty, let cost = charge(usage.usage, usage.service) else {
            return _ = output.writeImmutableBuffer(event)
        }
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
            return .failed(UpstreamFailure(.status, status: head.status, detail: "status \(head.status)"))
        case .stream:
            if let streamError {
                return .failed(UpstreamFailure(.errorInStream, status: head.status, detail: streamError))
            }
            let last: OpenAIChunk?
            switch finalEvent() {
            case .invalid(let reason):
                return .failed(UpstreamFailure(.truncated, status: head.status, detail: reason))
            case .chunk(let chunk): last = chunk
            case .nothing: last = nil
            }
            return sawEnd || sawOther && !sawChoices
                ? .complete(last?.usage, contentBytes: last?.contentBytes ?? 0)
                : .failed(
                    UpstreamFailure(.truncated, status: head.status, detail: "the stream ended without its end"))
        case .whole:
            let read: Result<OpenAIAnswer, JSONError> = input.withUnsafeReadableBytes { bytes in
                do throws(JSONError) { return .success(try OpenAIAnswer(bytes)) } catch { return .failure(error) }
            }
            switch read {
            case .success(let answer):
                usage = answer.usage
                return .complete(answer.usage, contentBytes: answer.contentBytes)
            case .failure(let error):
                return .failed(
                    UpstreamFailure(.invalid, status: head.status, detail: "the body is not JSON: \(error.reason)"))
            }
        }
    }

    /// Some providers leave out the blank line behind their last event.
    private func finalEvent() -> EventReading {
        guard input.readableBytes > 0 else { return .nothing }
        var event = input
        input = ByteBuffer()
        event.writeStaticString("\n\n")
        return read(event, earlierCost: .zero, charge: { _, _ in nil })
    }
}
