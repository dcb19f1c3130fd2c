import NIOCore
import TuppenceCore
import TuppenceDialects

/// What an answer counts that is put together of events, or has broken off.
extension UpstreamAnswer {
    /// Whether it has come in events to who asked for none.
    var isToBePutTogether: Bool { isOtherwise && comesAsStream }

    /// Reads the events that there are in place of a whole, as those of a stream.
    ///
    /// - Returns: what they count; the first error among them, as a body has it; and why they cannot be read on.
    func countEvents() -> (progress: AnswerProgress, errorBody: [UInt8]?, invalid: String?) {
        defer {
            output = ByteBuffer()
            // It has no stream to end.
            streamError = nil
        }
        var progress = AnswerProgress()
        var errorBody: [UInt8]?
        while let event = nextEvent() {
            switch read(event, earlierCost: .none, charge: { _, _ in nil }) {
            case .invalid(let reason): return (progress, errorBody, reason)
            case .chunk(let chunk): progress.add(AnswerProgress(chunk))
            case .progress(let next): progress.add(next)
            case .nothing, .end, .opaque: break
            }
            if streamError != nil, errorBody == nil {
                errorBody = event.withUnsafeReadableBytes { Recast.error(inEvent: $0) }
            }
        }
        return (progress, errorBody, nil)
    }

    /// What a whole counts: where it was put together, what its events do, which know what has come behind the last count.
    func progress(ofWhole whole: AnswerProgress) -> AnswerProgress {
        guard isPutTogether, !endpoint.isByPiece, var counted, counted.usage != nil || whole.usage == nil else {
            return whole
        }
        counted.service = counted.service ?? whole.service
        // What is booked stands in its place.
        let lacksInput = whole.usage?.totalInput == 0 && (counted.usage?.totalInput ?? 0) > 0
        if counted.isOutdated || lacksInput || whole.usage?.hasTokens != true
            || whole.lacksOutput && !counted.lacksOutput
        {
            usage = nil
        }
        return counted
    }

    /// What has come of a whole answer that breaks off, for an estimate; nil of a stream, which is told as it comes. Of events
    /// what they tell counts. Of one text all of it does: it was made before its first byte left, and more than has come.
    func takePart() -> AnswerProgress? {
        guard kind == .whole, input.readableBytes > 0 else { return nil }
        guard isToBePutTogether else { return AnswerProgress(contentBytes: input.readableBytes) }
        if case .translated(let translation) = passage { return translation.read(part: input) }
        return countEvents().progress
    }

    /// What has come of one that ends within its text, though its provider says that this was all; nil of anything else.
    var partOfText: AnswerProgress? {
        let isPart = input.withUnsafeReadableBytes { bytes -> Bool in
            var cursor = JSONCursor(bytes)
            guard let kind = try? cursor.kind(), kind == .object || kind == .array else { return false }
            do throws(JSONError) {
                try cursor.skipValue()
                return false
            } catch {
                guard error.offset < bytes.count else { return true }
                // Half an escape, or half a word, is found fault with where it begins; what is closed is whole, if odd.
                let last = bytes.last(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) })
                let isClosed = last == UInt8(ascii: kind == .object ? "}" : "]")
                return error.offset + 6 > bytes.count && !isClosed
            }
        }
        return isPart ? AnswerProgress(contentBytes: input.readableBytes) : nil
    }
}
