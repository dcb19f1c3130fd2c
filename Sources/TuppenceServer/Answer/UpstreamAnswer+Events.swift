import NIOCore
import TuppenceCore
import TuppenceDialects

/// The events of a stream, as they come and as the caller is to see them.
extension UpstreamAnswer {
    /// Records the events to come, in case they are to be kept: up to so many bytes, or not at all.
    func record(upTo limit: Int) {
        recording = ByteBuffer()
        recordingLimit = limit
    }

    private func record(_ event: ByteBuffer, _ chunk: OpenAIChunk) {
        recording?.writeImmutableBuffer(event)
        if (recording?.readableBytes ?? 0) > recordingLimit { recording = nil }
        if outdates(chunk) { isRecordingCounted = false }
        guard let usage = chunk.usage, !usage.range.isEmpty, !usage.lacksOutput else { return }
        // Zeros behind a count are none.
        if usage.usage.hasTokens || lastCount == nil { isRecordingCounted = true }
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
    func read(_ event: ByteBuffer, earlierCost: EarlierCost, charge: (Usage, ServiceTier?) -> Cost?) -> EventReading {
        switch passage {
        case .openAI: readOpenAI(event, earlierCost: earlierCost, charge: charge)
        case .anthropic(let passage): read(event, passage, earlierCost: earlierCost, charge: charge)
        case .scanned(let passage): read(event, passage, hidesReported: earlierCost.hidesReported)
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

    /// Passes an error on: one without what its provider charges to who is not told that, and a bare one as the dialect has it,
    /// under `error`.
    private func passError(_ event: ByteBuffer, isBare: Bool = false, hidesCharge: Bool) {
        guard isBare || hidesCharge else { return pass(event) }
        guard !isForUsageOnly else { return }
        event.withUnsafeReadableBytes { bytes in
            let (text, place) = Self.data(ofError: bytes)
            let edits = hidesCharge ? text.withUnsafeBytes { CostFields.hidingEdits(inAnswer: $0) } : ByteEdits()
            let error = edits.isEmpty ? text : text.withUnsafeBytes { edits.applied(to: $0) }
            if isBare {
                output.writeStaticString("data: {\"error\":")
                output.writeBytes(error.lazy.filter { $0 != 10 })
                output.writeStaticString("}\n\n")
            } else if let place {
                output.writeBytes(bytes[..<place.lowerBound])
                output.writeBytes(error)
                output.writeBytes(bytes[place.upperBound...])
            } else {
                output.writeBytes(bytes)
            }
        }
    }

    /// - Returns: its place is nil where it stands on several lines.
    private static func data(ofError event: UnsafeRawBufferPointer) -> (text: [UInt8], place: Range<Int>?) {
        switch SSE.data(of: event) {
        case .none: preconditionFailure("an error without data")
        case .line(let range): (Array(event[range]), range)
        case .lines(let text): (text, nil)
        }
    }

    private func read(_ bytes: ByteBuffer, _ translation: AnswerTranslation) -> EventReading {
        do throws(JSONError) {
            let progress = try translation.read(bytes, into: &output)
            if isForUsageOnly { output = ByteBuffer() }
            if let error = progress.streamError { streamError = error }
            return .progress(progress)
        } catch { return .invalid("a stream that is none of its dialect: \(error.reason)") }
    }

    private func read(_ event: ByteBuffer, _ passage: ScannedPassage, hidesReported: Bool) -> EventReading {
        do throws(JSONError) {
            // Taken out meanwhile, so that it is written in place.
            var written = isForUsageOnly ? nil : output
            output = ByteBuffer()
            defer { if let written { output = written } }
            guard let piece = try passage.read(event, hidesReported: hidesReported, into: &written) else {
                return .nothing
            }
            if let error = piece.error { streamError = error }
            return .progress(AnswerProgress(piece))
        } catch { return .invalid("a stream event that is not JSON: \(error.reason)") }
    }

    private func read(
        _ event: ByteBuffer, _ passage: AnthropicPassage, earlierCost: EarlierCost,
        charge: (Usage, ServiceTier?) -> Cost?
    ) -> EventReading {
        do throws(JSONError) {
            let (read, dataStart) = try passage.read(event)
            if read.isFinish { sawEnd = true }
            switch read.kind {
            case .stop:
                sawEnd = true
                passage.heldEnd = event
                return .end
            case .other:
                pass(event)
                return .nothing
            case .error(let fault):
                streamError = fault
                passError(event, hidesCharge: earlierCost.hidesReported)
            case .part:
                let usage = passage.used
                write(
                    event, read.usage, dataStart: dataStart,
                    cost: read.usage == nil ? nil : charge(usage, passage.counted.service),
                    earlierCost: earlierCost)
            }
            return .progress(AnswerProgress(read, of: passage))
        } catch { return .invalid("a stream event that is not JSON: \(error.reason)") }
    }

    private func readOpenAI(_ event: ByteBuffer, earlierCost: EarlierCost, charge: (Usage, ServiceTier?) -> Cost?)
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
                return .end
            case .other:
                if !isForUsageOnly { output.writeImmutableBuffer(event) }
                return .nothing
            case .error(let fault):
                streamError = fault
                passError(event, isBare: chunk.isBareError, hidesCharge: earlierCost.hidesReported)
                return chunk.usage == nil ? .nothing : .chunk(chunk)
            case .chunk:
                if chunk.hasChoicesField {
                    sawChoices = true
                } else {
                    sawOther = true
                    // In front of a chat's first choices it is nothing that a caller could be told.
                    if endpoint == .chat, !sawChoices, chunk.usage == nil, chunk.nonsense == nil {
                        pass(event)
                        return .nothing
                    }
                }
                if recording != nil { record(event, chunk) }
                choices |= chunk.choices
                finished |= chunk.finished
                if chunk.content.isThere || chunk.usage != nil { saysAnything = true }
                if outdates(chunk) { hasToldCost = false }
                if chunk.isFinish, wantsUsage || recording != nil, !hasToldCost { finishEvent = event }
                if endpoint.isByPiece {
                    hold(event, chunk, dataStart: dataStart, earlierCost: earlierCost, charge); return .chunk(chunk)
                }
                if let usage = chunk.usage?.usage, usage.hasTokens { lastCount = usage.following(lastCount) }
                // Its caller did not ask for it: we did.
                if isForUsageOnly || chunk.isUsageOnly && !wantsUsage { return .chunk(chunk) }
                if lastCount != nil, let usage = chunk.usage, !usage.usage.hasTokens, !usage.range.isEmpty {
                    withhold(usage.range, dataStart: dataStart, of: event)
                    return .chunk(chunk)
                }
                if let nonsense = chunk.nonsense {
                    withhold(nonsense, dataStart: dataStart, of: event)
                    return .chunk(chunk)
                }
                write(
                    event, chunk.usage?.place ?? chunk.uncounted, dataStart: dataStart,
                    cost: chunk.usage.flatMap { cost(of: $0, charge) },
                    earlierCost: earlierCost)
                return .chunk(chunk)
            }
        }
    }

    /// Passes on an event of a stream that is no chat. One with usage is its last, and waits until it is settled.
    private func hold(
        _ event: ByteBuffer, _ chunk: OpenAIChunk, dataStart: Int, earlierCost: EarlierCost,
        _ charge: (Usage, ServiceTier?) -> Cost?
    ) {
        guard !isForUsageOnly else { return }
        output.writeImmutableBuffer(heldEnd)
        heldEnd = ByteBuffer()
        guard let usage = chunk.usage else {
            return write(event, chunk.uncounted, dataStart: dataStart, cost: nil, earlierCost: earlierCost)
        }
        let before = output.readableBytes
        write(
            event, usage.place, dataStart: dataStart, cost: cost(of: usage, charge), earlierCost: earlierCost
        )
        heldEnd =
            output.getSlice(at: output.readerIndex + before, length: output.readableBytes - before) ?? ByteBuffer()
        output.moveWriterIndex(to: output.readerIndex + before)
    }

    /// Whether the counts before a chunk are no last word, so that the stream is estimated unless another one follows.
    private func outdates(_ chunk: OpenAIChunk) -> Bool {
        guard let usage = chunk.usage, usage.usage.hasTokens else { return chunk.content.isThere }
        return usage.lacksOutput
    }

    /// What an answer without a count of its output has cost is known once it has ended.
    private func cost(of usage: OpenAIUsage, _ charge: (Usage, ServiceTier?) -> Cost?) -> Cost? {
        usage.lacksOutput ? nil : charge(usage.usage.following(lastCount), usage.service)
    }

    /// Passes an event on without a usage that makes no sense: nobody is to reckon with tokens below nothing.
    private func withhold(_ usage: Range<Int>, dataStart: Int, of event: ByteBuffer) {
        event.withUnsafeReadableBytes { bytes in
            output.writeBytes(bytes[..<(dataStart + usage.lowerBound)])
            output.writeStaticString("null")
            output.writeBytes(bytes[(dataStart + usage.upperBound)...])
        }
    }

    /// Passes an event on, with our figures at the end of its usage where there are any.
    private func write(_ event: ByteBuffer, _ usage: UsagePlace?, dataStart: Int, cost: Cost?, earlierCost: EarlierCost)
    {
        guard !isForUsageOnly else { return }
        guard let usage, !usage.range.isEmpty, cost != nil || earlierCost.hidesReported else {
            return _ = output.writeImmutableBuffer(event)
        }
        if cost != nil { hasToldCost = true }
        event.withUnsafeReadableBytes { bytes in
            let data = UnsafeRawBufferPointer(rebasing: bytes[dataStart...])
            let change =
                if let cost {
                    CostFields.edit(usage, in: data, cost: cost, earlier: earlierCost)
                } else {
                    CostFields.hidingEdit(usage, in: data)
                }
            let edit = change.moved(by: dataStart)
            output.writeBytes(bytes[..<edit.range.lowerBound])
            output.writeBytes(edit.replacement)
            output.writeBytes(bytes[edit.range.upperBound...])
        }
    }
}
