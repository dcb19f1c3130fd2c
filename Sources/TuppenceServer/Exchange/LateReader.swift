import TuppenceCore
import TuppenceDialects
import TuppenceUpstream

/// Performs what ``LateReading`` decides: reads an answer that nobody waits for to its end, for its count. It is all that is
/// left of the request then: no caller, no body.
final class LateReader: AnswerReading, LoopTask {
    let loop: LoopContext
    let request: ScannedRequest
    var call: UpstreamCall?
    var answer: UpstreamAnswer?
    let answerTranslation: AnswerTranslation?
    private var reading: LateReading
    private var token = 0
    /// What it is told of in; nil where nobody wants to hear of it.
    private let trace: TraceContext?
    private let settings: [RequestSetting]
    /// That of the request, where nobody else has it.
    private let place: LoadPass?

    init(
        _ reading: LateReading, _ call: UpstreamCall?, _ answer: UpstreamAnswer?, _ translation: AnswerTranslation?,
        request: ScannedRequest, trace: TraceContext?, settings: [RequestSetting],
        place: consuming LoadPass? = nil, loop: LoopContext
    ) {
        self.place = place
        self.reading = reading
        self.call = call
        self.answer = answer
        answerTranslation = translation
        self.request = request
        self.trace = trace
        self.settings = settings
        self.loop = loop
    }

    func begin() {
        token = loop.register(self)
        answer?.isForUsageOnly = true
        call?.hand(to: self)
        // A caller who read slowly may have had it wait.
        call?.setReading(true)
        if call == nil { handle(.deadlinePassed) }
    }

    // MARK: AnswerReading

    var previousID: String? { nil }
    var provider: ConnectedProvider? { nil }
    var isRacing: Bool { false }
    var isEnding: Bool { false }
    var earlierCost: EarlierCost { .none }
    func charge(for usage: Usage, service: ServiceTier?) -> Cost? { nil }
    func began(_ answer: UpstreamAnswer) { answer.isForUsageOnly = true }
    func endedInError(_ answer: UpstreamAnswer) {}
    func upstreamReadComplete() {}

    func handle(_ event: Exchange.Event) {
        for action in reading.handle(event, at: loop.now) {
            switch action {
            case .cancel: cancelCall()
            case .tell(let operation):
                if let trace, case .settle(let settlement) = operation {
                    let facts = AttemptFacts(isStream: request.streams, settings: settings)
                    loop.telemetry?.add(.attempt(settlement.entry, trace, facts))
                }
                loop.tell(operation)
            case .ask, .send, .close, .readOn, .hedge, .beginAnswer, .finish, .forwardError, .refuse, .serveCached,
                .abandon:
                preconditionFailure("a late reading wants \(action)")
            }
        }
        if reading.isOver { loop.unregister(self, token) }
    }

    // MARK: LoopTask

    func clockWasSet(by step: Milliseconds) { reading.clockWasSet(by: step) }

    func timePassed(_ now: Timestamp) {
        guard now >= reading.deadline || loop.isAbandoned else { return }
        tellPart()
        handle(.deadlinePassed)
    }

    var hasBegunAnswer: Bool { true }
    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {}
    func clientGone() {}
    func sendAway() -> Bool { false }
    func clientWritabilityChanged(_ isWritable: Bool) {}
}
