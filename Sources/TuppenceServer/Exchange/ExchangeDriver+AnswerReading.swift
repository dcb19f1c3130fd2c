import TuppenceCore
import TuppenceDialects
import TuppenceUpstream

/// Hears what the provider's answer means.
extension ExchangeDriver: AnswerReading {
    var previousID: String? { pending.previousID }
    var provider: ConnectedProvider? { exchange.attempt.flatMap { snapshot.providers[$0.candidate.target.provider] } }
    var isRacing: Bool { exchange.isRacing }
    var isEnding: Bool { exchange.isEnding }
    var earlierCost: EarlierCost {
        EarlierCost(
            exchange.cost, isPending: !exchange.isCostKnown, hidesReported: exchange.hidesReportedCost)
    }
    func charge(for usage: Usage, service: ServiceTier?) -> Cost? { exchange.charge(for: usage, service: service) }

    func began(_ answer: UpstreamAnswer) {
        if let left = headroom(told: answer) { handle(.told(left)) }
        prepare(answer)
    }

    /// What the provider says that its limits leave, where that is of interest.
    func headroom(told answer: UpstreamAnswer) -> Headroom? {
        answer.head.fields.headroom(isWatched: loop.headroom.isLearning, at: loop.now)
    }

    func prepare(_ answer: UpstreamAnswer) {
        if pass != nil { answer.isForUsageOnly = true }
        // What it is called does not say whether it is a stream.
        if let caching, caching.use.writes, request.streams { answer.record(upTo: caching.maximumBodyBytes) }
    }

    func endedInError(_ answer: UpstreamAnswer) {
        keptError = answer
        if answer.head.status == 401 { tokens?.refused(at: loop.now) }
    }

    func upstreamReadComplete() {
        // A comment may have begun the stream: before content comes another target can still be tried.
        guard exchange.isAnswering, let answer, answer.isStream, writer.hasBegun, let client else { return }
        writer.flush(answer, client: client)
        guard !client.isWritable else { return }
        holdUp(true)
        call?.setReading(false)
    }
}
