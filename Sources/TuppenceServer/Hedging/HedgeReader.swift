import TuppenceCore
import TuppenceDialects
import TuppenceUpstream

/// One attempt beside the one in flight: has its hold asked for, sends it, and reads what comes, until it is decided who
/// answers. Then it is given up, or its driver goes on with what it has.
final class HedgeReader: AnswerReading, LoopTask {
    private let driver: ExchangeDriver
    private let attempt: Exchange.Attempt
    private var token = 0
    /// Since when the hold is waited for; nil too once it has been waited for too long.
    private(set) var ledgerAskedAt: Timestamp?
    private(set) var ledgerOwesAnswer = false
    private(set) var departure: Departure?
    private var ownCall: UpstreamCall?
    private var ownAnswer: UpstreamAnswer?
    /// Whether its driver has taken over what it has.
    private var isAhead = false

    init(_ attempt: Exchange.Attempt, of driver: ExchangeDriver) {
        self.attempt = attempt
        self.driver = driver
    }

    func askForHold() {
        token = loop.register(self)
        ledgerAskedAt = loop.now
        ledgerOwesAnswer = true
        loop.ask(.hold(attempt.hold), token: token)
    }

    func send() {
        ownAnswer = nil
        do throws(UpstreamFailure) {
            let departure = try driver.departure(of: attempt)
            self.departure = departure
            let call = UpstreamCall(receiver: self)
            ownCall = call
            driver.send(departure, attempt, call)
        } catch { handle(.failed(error)) }
    }

    /// What it has, for its driver to go on with.
    func handOver() -> (UpstreamCall?, UpstreamAnswer?) {
        isAhead = true
        return letGo()
    }

    /// What it has, for somebody else.
    func letGo() -> (UpstreamCall?, UpstreamAnswer?) {
        defer { (ownCall, ownAnswer) = (nil, nil) }
        return (ownCall, ownAnswer)
    }

    /// Tells what only its connection knows, before what may end it.
    func tellOfConnection() { if let known = ownCall?.known(on: loop) { handle(known) } }

    /// Tells what has become of it, after what only the connections know of the one beside it.
    func handle(_ event: Exchange.Event) { driver.hedged(attempt, event, isAhead: isAhead) }

    // MARK: AnswerReading

    var loop: LoopContext { driver.loop }
    var request: ScannedRequest { driver.request }
    var answerTranslation: AnswerTranslation? { departure?.translation }
    var isRacing: Bool { driver.isRacing }
    var isEnding: Bool { isAhead && driver.isEnding }
    var provider: ConnectedProvider? { departure?.provider }
    var previousID: String? { driver.previousID }
    var earlierCost: EarlierCost { driver.earlierCost }

    // An event may have been read while it was beside the other, and the next one of the same bytes may not.
    var call: UpstreamCall? {
        get { isAhead ? driver.call : ownCall }
        set { if isAhead { driver.call = newValue } else { ownCall = newValue } }
    }

    var answer: UpstreamAnswer? {
        get { isAhead ? driver.answer : ownAnswer }
        set { if isAhead { driver.answer = newValue } else { ownAnswer = newValue } }
    }

    func charge(for usage: Usage, service: ServiceTier?) -> Cost? {
        driver.exchange.charge(for: usage, service: service, by: attempt)
    }

    func began(_ answer: UpstreamAnswer) {
        if let left = driver.headroom(told: answer) { handle(.told(left)) }
        driver.prepare(answer)
    }

    func endedInError(_ answer: UpstreamAnswer) {
        if isAhead { return driver.endedInError(answer) }
        if answer.head.status == 401 { departure?.provider.tokens?.refused(at: loop.now) }
    }

    func upstreamReadComplete() {}

    // MARK: LoopTask

    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {
        ledgerAskedAt = nil
        ledgerOwesAnswer = false
        loop.unregister(self, token)
        // Its driver waits for it as for any of its own.
        if isAhead { driver.ledgerReplied(outcome) } else { handle(Exchange.Event(outcome)) }
    }

    func clockWasSet(by step: Milliseconds) { ledgerAskedAt?.move(by: step) }

    func timePassed(_ now: Timestamp) {
        guard !isAhead, let asked = ledgerAskedAt, now - asked > loop.settings.ledgerTimeout else { return }
        ledgerAskedAt = nil
        handle(.ledgerFailed)
    }

    var hasBegunAnswer: Bool { false }
    func clientGone() {}
    func sendAway() -> Bool { false }
    func clientWritabilityChanged(_ isWritable: Bool) {}
}
