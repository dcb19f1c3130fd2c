import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// What an answer turns out to have been at its end.
extension UpstreamAnswer {
    /// What the answer turns out to have been, once it has ended.
    ///
    /// - Parameters:
    ///   - earlierCost: as for ``read(_:earlierCost:charge:)``.
    ///   - charge: likewise, for what may be left of the stream.
    func conclusion(
        endpoint: GovernedEndpoint, earlierCost: EarlierCost, charge: (Usage, ServiceTier?) -> Cost?
    ) -> Conclusion {
        switch kind {
        case .error:
            var failure = UpstreamFailure(.status, status: head.status, detail: "status \(head.status)")
            let error = providerError
            // Anthropic says with 400 that no credit is left, Gemini and xAI that a key is wrong, as all say what is wrong with a
            // request; OpenAI says with 429 that no credit is left.
            failure.isOurAccounts = (head.status == 400 || head.status == 429) && error.kind.isOurAccounts
            failure.isTooDear = error.isTooDear
            failure.saysNoCredit = error.kind == .outOfQuota && !error.isTooDear
            // OpenAI says with 429 that a request has more tokens than a whole minute may have.
            failure.isTooLarge = head.status == 429 && error.kind == .tooLarge
            failure.isBlameless = error.isAboutFile
            failure.take(error.modelWord, in: error.message)
            if failure.isModelGone, !failure.isBlameless { failure.detail += ", no such model" }
            failure.isTooLong = error.kind == .contextTooLong
            failure.retryAfter = head.pause ?? error.retryAfter
            return .failed(failure)
        case .stream:
            let ending = streamEnding(earlierCost, charge)
            if let streamError {
                // The last of its bytes may hold the count of what has failed.
                if case .success(let progress) = ending, progress.usage != nil { counted = progress }
                return .failed(streamError.failure)
            }
            switch ending {
            case .success(let progress): return .complete(progress)
            case .failure(let broken):
                return .failed(UpstreamFailure(.truncated, status: head.status, detail: broken.reason))
            }
        case .whole:
            do throws(JSONError) {
                if isToBePutTogether, !isTranslated { try putTogether() }
                return .complete(progress(ofWhole: try wholeAnswer(endpoint)))
            } catch {
                if case .translated(let translation) = passage {
                    counted = translation.counted
                    if let body = translation.errorBody { input = ByteBuffer(bytes: body) }
                }
                let hasBegun = isToBePutTogether && counted?.content.isThere == true
                if becomeError() {
                    return hasBegun
                        ? failedHalfway : conclusion(endpoint: endpoint, earlierCost: earlierCost, charge: charge)
                }
                counted = counted ?? partOfText
                // It fares better another time, perhaps: nothing is wrong with what was sent where.
                if case .translated(let translation) = passage, let failure = translation.failure {
                    return .failed(UpstreamFailure(.truncated, status: head.status, detail: failure))
                }
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
        // It may have cost something none the less: Responses are counted that have failed half-way.
        if counted?.usage == nil, let usage = input.withUnsafeReadableBytes({ OpenAIUsage(inAnswer: $0) }) {
            var all = counted ?? AnswerProgress()
            all.add(AnswerProgress(usage))
            counted = all
        }
        return true
    }

    /// It is an error that came behind the beginning of an answer: its provider charges for that as where a stream was asked for.
    private var failedHalfway: Conclusion {
        var failure = StreamFault(providerError).failure
        failure.detail = "status \(head.status)"
        return .failed(failure)
    }

    /// Makes a whole of the events that have come where none were asked for. They are read as the stream that they are before
    /// that: what they count, whether they are complete, and what they say is wrong.
    ///
    /// - Throws: if they are no answer, or no complete one.
    private func putTogether() throws(JSONError) {
        let events = input
        // Some leave out the blank line behind their last event.
        input.writeStaticString("\n\n")
        let (progress, errorBody, invalid) = countEvents()
        counted = progress
        isPutTogether = true
        if let errorBody {
            input = ByteBuffer(bytes: errorBody)
            throw .anError
        }
        input = events
        if let invalid { throw JSONError(0, invalid) }
        guard isComplete else { throw JSONError(0, "the stream ended without its end") }
        input = ByteBuffer(bytes: try Recast.whole(ofEvents: Array(events.readableBytesView), of: endpoint))
    }

    private var providerError: ProviderError {
        if case .translated(let translation) = passage {
            translation.error(head, body: input)
        } else {
            endpoint.dialect.outbound.readError(status: head.status, body: Array(input.readableBytesView))
        }
    }

    /// How a stream was not complete.
    private struct Broken: Error {
        var reason: String
        static let off = Broken(reason: "the stream ended without its end")
        static let empty = Broken(reason: "there is no answer in the stream")
    }

    /// What was left when the stream ended: some providers leave out the blank line behind their last event.
    private func streamEnding(
        _ earlierCost: EarlierCost, _ charge: (Usage, ServiceTier?) -> Cost?
    ) -> Result<AnswerProgress, Broken> {
        if case .translated(let translation) = passage {
            guard let progress = translation.readEnd(into: &output) else { return .failure(.off) }
            if let error = progress.streamError { streamError = error }
            return .success(progress)
        }
        if isSound { return .success(AnswerProgress()) }
        var progress = AnswerProgress()
        switch finalEvent(earlierCost, charge) {
        case .invalid(let reason): return .failure(Broken(reason: reason))
        case .chunk(let chunk): progress = AnswerProgress(chunk)
        case .progress(let last): progress = last
        case .nothing, .end, .opaque: break
        }
        // Behind an error nothing is to be completed any more, and a count holds.
        if isComplete || streamError != nil { return .success(progress) }
        return .failure(sawEnd && isEmpty ? .empty : .off)
    }

    private var isComplete: Bool {
        switch passage {
        case .scanned(let passage): passage.isComplete
        case .openAI: !isEmpty && (sawEnd || choices != 0 && finished == choices || sawOther && !sawChoices)
        case .anthropic, .translated, .sound: sawEnd
        }
    }

    /// A role alone is no answer, and nothing at all is none, [DONE] or not.
    private var isEmpty: Bool { finished == 0 && !saysAnything }

    private func finalEvent(_ earlierCost: EarlierCost, _ charge: (Usage, ServiceTier?) -> Cost?) -> EventReading {
        var event = input
        input = ByteBuffer()
        // Comments concern nobody behind the end.
        if case .none = event.withUnsafeReadableBytes({ SSE.data(of: $0) }) { return .nothing }
        event.writeStaticString("\n\n")
        return read(event, earlierCost: earlierCost, charge: charge)
    }

    private func wholeAnswer(_ endpoint: GovernedEndpoint) throws(JSONError) -> AnswerProgress {
        let answer = try ownAnswer(endpoint)
        if isReplayed, !isTranslated { try Recast.check(Array(input.readableBytesView), of: endpoint) }
        return answer
    }

    private func ownAnswer(_ endpoint: GovernedEndpoint) throws(JSONError) -> AnswerProgress {
        switch passage {
        case .translated(let translation):
            return try translation.read(whole: input, head, isStream: isOtherwise && comesAsStream)
        case .anthropic(let passage):
            let answer = try passage.read(whole: input)
            if answer.isError { throw .anError }
            if let lack = answer.lack(at: endpoint) { throw JSONError(0, lack) }
            // What makes no sense is not passed on: what is booked stands in its place.
            usage = answer.counted.output == .unreadable ? nil : answer.usage
            // Counting is free of charge, and so counts as nothing.
            return endpoint == .countTokens ? AnswerProgress(usage: Usage()) : AnswerProgress(answer)
        case .scanned(let passage):
            let piece = try passage.read(whole: input)
            usage = piece.isNonsense ? nil : piece.place
            return endpoint.isCount ? AnswerProgress(usage: Usage()) : AnswerProgress(piece)
        case .openAI where endpoint.isByPiece: return try wholePieces()
        case .sound: return AnswerProgress()
        case .openAI:
            let read: Result<OpenAIAnswer, JSONError> = input.withUnsafeReadableBytes { bytes in
                do throws(JSONError) { return .success(try OpenAIAnswer(bytes)) } catch { return .failure(error) }
            }
            let answer = try read.get()
            if answer.isError { throw .anError }
            if let lack = answer.lack(at: endpoint) { throw JSONError(0, lack) }
            // What makes no sense is not passed on: what is booked stands in its place.
            usage = answer.usage.flatMap { $0.output == .unreadable || $0.isNonsense ? nil : $0.place }
            return AnswerProgress(answer)
        }
    }

    /// Whether it is what was heard, in subtitles, say, or plain text: who asked for them gets no JSON.
    var isText: Bool {
        guard endpoint == .transcriptions else { return false }
        return head.fields.withFirst("content-type") { value in
            value.count >= 16 && UnsafeRawBufferPointer(rebasing: value[..<16]).equalsIgnoringCase("application/json")
        } == false
    }

    private func wholePieces() throws(JSONError) -> AnswerProgress {
        if isText { return AnswerProgress(PieceAnswer.text(bytes: input.readableBytes)) }
        let read: Result<PieceAnswer, JSONError> = input.withUnsafeReadableBytes { bytes in
            do throws(JSONError) { return .success(try PieceAnswer(bytes)) } catch { return .failure(error) }
        }
        let answer = try read.get()
        if answer.isError { throw .anError }
        guard answer.isAnswer else { throw JSONError(0, "there is nothing in it that was asked for") }
        usage = answer.place
        return AnswerProgress(answer)
    }
}

extension ResponseHead {
    /// How long the provider asks to be left alone: milliseconds say it more exactly than seconds.
    var pause: Milliseconds? {
        fields.first("retry-after-ms").flatMap { RetryAfter.milliseconds($0) }
            ?? fields.first("retry-after").flatMap { RetryAfter.span($0, now: WallClock.now) }
    }
}

extension JSONError {
    fileprivate static let anError = JSONError(0, "it says that it is an error")
}
