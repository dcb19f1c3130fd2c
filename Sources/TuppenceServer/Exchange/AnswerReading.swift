import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP
import TuppenceUpstream

/// Who reads a provider's answer as its bytes come, and hears what they mean as events of an exchange.
protocol AnswerReading: UpstreamReceiver {
    var loop: LoopContext { get }
    var request: ScannedRequest { get }
    /// Until it is over or given up.
    var call: UpstreamCall? { get set }
    var answer: UpstreamAnswer? { get set }
    /// Who answers; nil where nobody is to see what it says.
    var provider: ConnectedProvider? { get }
    /// Where the provider speaks another dialect than the caller.
    var answerTranslation: AnswerTranslation? { get }
    /// The answer that the request goes on from, which its provider has not been told of.
    var previousID: String? { get }
    /// Whether the first content decides between two attempts.
    var isRacing: Bool { get }
    /// Whether the stream has said all, and something behind that shows that it goes on no more.
    var isEnding: Bool { get }
    /// What attempts before this one have cost the caller, and what he is charged for usage, as his events have it.
    var earlierCost: EarlierCost { get }
    func charge(for usage: Usage, service: ServiceTier?) -> Cost?
    func handle(_ event: Exchange.Event)
    /// The head of `answer` is in.
    func began(_ answer: UpstreamAnswer)
    /// All of `answer` is in, and it is an error in the provider's own words.
    func endedInError(_ answer: UpstreamAnswer)
}

extension AnswerReading {
    func upstream(head: ResponseHead) {
        let answer = UpstreamAnswer(
            head, request: request, translation: answerTranslation, previousID: previousID)
        self.answer = answer
        began(answer)
        if answer.kind != .error { handle(.answering(status: head.status)) }
        if let failure = answer.headFailure { giveUp(failure) }
    }

    func upstream(body: ByteBuffer) {
        guard let answer else { return }
        let limit = answer.isStream ? loop.settings.maximumEventBytes : loop.settings.maximumAnswerBytes
        guard answer.take(body, limit: limit) else {
            return giveUp(UpstreamFailure(.invalid, detail: "more than \(limit) bytes at once"))
        }
        if answer.isStream {
            readEvents(answer)
            answer.rest()
        } else if isRacing, answer.kind == .whole, !request.streams {
            // The first byte of it will do.
            handle(.content(bytes: 0, pieces: 0))
        }
    }

    /// Reads the whole events there are, and passes on what is the caller's.
    private func readEvents(_ answer: UpstreamAnswer) {
        var hasRead = false
        // What comes behind an event that has ended the attempt is nobody's.
        while call != nil, let event = answer.nextEvent() {
            hasRead = true
            let reading = answer.read(event, earlierCost: earlierCost, charge: charge)
            if answer.endedInError { hideSecrets(in: answer) }
            // Goes out with each read, unless no content has come that the caller could be told.
            if answer.output.readableBytes > 2 * loop.settings.maximumEventBytes {
                let limit = loop.settings.maximumEventBytes
                return giveUp(UpstreamFailure(.invalid, detail: "more than \(limit) bytes in front of all content"))
            }
            switch reading {
            case .invalid(let reason): return giveUp(UpstreamFailure(.invalid, detail: reason))
            case .nothing: handle(.activity)
            case .end: rest(answer, isLast: true)
            case .opaque: handle(.content(bytes: 0, pieces: 0))
            case .progress(let progress):
                if progress.isOutdated { tellUsage(progress) }
                if progress.content.isThere || progress.isFinish {
                    let pieces = progress.content.isThere ? max(progress.pieces, 1) : 0
                    handle(.content(bytes: progress.content.bytes, pieces: pieces))
                } else if !progress.isContentless {
                    handle(.activity)
                }
                if progress.isFinish { handle(.finished) }
                if progress.isContentless { rest(answer, isLast: true) }
                if !progress.isOutdated { tellUsage(progress) }
            case .chunk(let chunk):
                if chunk.content.isThere || chunk.isFinish {
                    handle(.content(bytes: chunk.content.bytes, pieces: chunk.content.isThere ? 1 : 0))
                } else {
                    rest(answer, isLast: chunk.usage != nil)
                }
                if chunk.isFinish { handle(.finished) }
                if let usage = chunk.usage { handle(Exchange.Event(usage)) }
            }
        }
        // Part of an event, or a comment that no empty line follows.
        if !hasRead { handle(.activity) }
    }

    /// Nothing of the answer has come.
    ///
    /// - Parameter isLast: whether what has come is the end, or a count, behind which nothing else is missing.
    private func rest(_ answer: UpstreamAnswer, isLast: Bool) {
        handle(.contentless)
        if isLast, isEnding { answer.hasSaidAll = true }
    }

    private func tellUsage(_ progress: AnswerProgress) {
        if let searches = progress.searches { handle(.searched(searches)) }
        guard let usage = progress.usage else { return }
        handle(
            .usage(
                usage, service: progress.service, reportedCost: progress.reportedCost, lacksOutput: progress.lacksOutput
            ))
    }

    /// Tells what an answer has come to that its caller is not shown as it comes.
    private func tell(_ progress: AnswerProgress) {
        if progress.isOutdated { tellUsage(progress) }
        if progress.content.bytes > 0 || progress.pieces > 0 {
            handle(.unseen(bytes: progress.content.bytes, pieces: progress.pieces))
        }
        if !progress.isOutdated { tellUsage(progress) }
    }

    func upstreamEnded() {
        call = nil
        guard let answer else { return }
        switch conclusion(of: answer) {
        case .complete(let progress):
            tell(progress)
            handle(.ended)
        case .failed(let failure):
            // It is said in the provider's own words, which it may have taken from what it was asked with.
            if answer.kind == .error {
                hideSecrets(in: answer)
                if earlierCost.hidesReported { answer.hideCharge() }
            }
            if let counted = answer.counted { tell(counted) }
            if failure.kind == .status || failure.kind == .errorInStream { endedInError(answer) }
            handle(.failed(failure))
        }
    }

    private func conclusion(of answer: UpstreamAnswer) -> UpstreamAnswer.Conclusion {
        let conclusion = answer.conclusion(endpoint: request.endpoint, earlierCost: earlierCost, charge: charge)
        guard answer.endedInError else { return conclusion }
        // It may have said so with its very last bytes.
        hideSecrets(in: answer)
        return answer.conclusion(endpoint: request.endpoint, earlierCost: earlierCost, charge: charge)
    }

    /// What is wrong is said in the provider's own words, which may repeat what it was asked with.
    private func hideSecrets(in answer: UpstreamAnswer) {
        if let provider { answer.hide(provider.secrets) }
    }

    func upstream(failed failure: UpstreamFailure) {
        call = nil
        // What has broken off is the frame around it: some close their connections in place of the last chunk.
        if failure.kind == .truncated, isEnding, answer?.hasSaidAll == true { return upstreamEnded() }
        tellPart()
        handle(.failed(failure))
    }

    /// Of a whole answer that breaks off, all that has come counts, for an estimate.
    func tellPart() { if let part = answer?.takePart() { tell(part) } }

    func cancelCall() {
        call?.cancel()
        call = nil
    }

    /// Takes what has come for all of it, though its provider keeps it open.
    func closeCall() {
        call?.cancel()
        upstreamEnded()
    }

    private func giveUp(_ failure: UpstreamFailure) {
        cancelCall()
        tellPart()
        handle(.failed(failure))
    }
}

extension Exchange.Event {
    fileprivate init(_ usage: OpenAIUsage) {
        self = .usage(
            usage.usage, service: usage.service, reportedCost: usage.reportedCost, lacksOutput: usage.lacksOutput)
    }
}
