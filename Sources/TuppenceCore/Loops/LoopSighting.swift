/// What callers and operators are told of a loop.
public struct LoopSighting: Hashable, Sendable {
    public var key: String
    public var customer: String?
    public var user: String?
    public var model: String
    public var count: Int
    public var limits: LoopLimits

    public init(key: String, customer: String?, user: String?, model: String, count: Int, limits: LoopLimits) {
        self.key = key
        self.customer = customer
        self.user = user
        self.model = model
        self.count = count
        self.limits = limits
    }

    private var whose: String {
        "The key '\(key)'" + (customer.map { " for customer '\($0)'" } ?? "") + (user.map { " for user '\($0)'" } ?? "")
    }

    private var remedy: String {
        "If that is meant, send 'x-tuppence-repeats: allow', or set 'loops: off' for the key in the configuration."
    }

    public func refusal(until: Timestamp, at now: Timestamp) -> Refusal {
        Refusal(
            .loopDetected,
            "\(whose) has sent nearly the same request for '\(model)' \(count) times without calming down. Requests like it are refused until \(until.iso8601); others are not. \(remedy)",
            retryAfter: until - now)
    }

    /// - Parameter until: when it is let in again; nil if it is only made to wait.
    public func notice(until: Timestamp?, at now: Timestamp) -> Notice {
        var details: [(name: String, value: Notice.Value)] = [("key", .text(key))]
        if let customer { details.append(("customer", .text(customer))) }
        if let user { details.append(("user", .text(user))) }
        details += [("model", .text(model)), ("count", .count(count))]
        guard let until else {
            details += [
                ("within_ms", .count(Int(limits.within.count))), ("delay_ms", .count(Int(limits.delay.count))),
            ]
            return Notice(
                kind: .loopSlowed, at: now,
                message:
                    "\(whose) sends nearly the same request for '\(model)' again and again: \(count) times within \(limits.within.count / 1_000) s. Each one waits for \(limits.delay.count) ms from now on. \(remedy)",
                details: details)
        }
        details.append(("until", .time(until)))
        return Notice(
            kind: .loopStopped, at: now,
            message:
                "\(whose) went on sending nearly the same request for '\(model)', \(count) times by now. Such requests are refused until \(until.iso8601). \(remedy)",
            details: details)
    }
}
