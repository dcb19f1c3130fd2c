/// Why there is no room at a target, and until when.
public struct Shortage: Hashable, Sendable {
    enum Reason: Hashable, Sendable {
        /// A limit of the operator's.
        case limit(RateLimit, isProviders: Bool)
        /// Its provider's own count.
        case told(Headroom.Unit)
        /// It has refused more than so many requests in a minute.
        case pace(perMinute: Int)
        /// Its provider has asked for a pause.
        case cooling
        /// Others have waited longer.
        case line
    }

    /// What a limit of tokens leaves, and what the request needs of it.
    struct Lack: Hashable, Sendable {
        var left: Int
        var needed: Int
    }

    var reason: Reason
    /// nil where nothing but requests is counted.
    var lack: Lack?
    /// When there will be some again; nil for when an attempt ends.
    var roomAt: Timestamp?

    /// Whether there will be room sooner than where `other` is short. What ends with an attempt may end at any time.
    func isSooner(than other: Shortage) -> Bool {
        guard let roomAt else { return other.roomAt != nil }
        return other.roomAt.map { roomAt < $0 } ?? false
    }

    /// `openai/gpt-4o is at its limit of 600 requests a minute`.
    func text(of target: Target) -> String {
        switch reason {
        case .limit(let limit, let isProviders):
            "\(isProviders ? target.provider : target.description) is at its limit of \(limit.count) \(limit.kind.text)"
                + (lack.map { ", with \($0.left) left where this request may take \($0.needed)" } ?? "")
        case .told(let unit):
            "\(target) says that no \(unit.text) are left for now"
        case .pace(let count):
            "\(target) has refused more than about \(count) requests a minute"
        case .cooling: "\(target) has asked to be left alone for a while"
        case .line: "others are waiting for \(target) already"
        }
    }
}

extension RateLimit.Kind {
    /// `requests a minute`: what stands behind a count.
    var text: String {
        switch self {
        case .requestsPerMinute: "requests a minute"
        case .tokensPerMinute: "tokens a minute"
        case .requestsPerDay: "requests a day"
        case .tokensPerDay: "tokens a day"
        case .concurrency: "at once"
        }
    }
}

extension Headroom.Unit {
    var text: String {
        switch self {
        case .requests: "requests"
        case .tokens: "tokens"
        case .inputTokens: "input tokens"
        case .outputTokens: "output tokens"
        }
    }
}

extension Refusal {
    /// Nothing is sent to any target of `route` for now.
    ///
    /// - Parameters:
    ///   - target: the one that will have room first, as `shortage` says.
    ///   - othersAreDear: whether there are targets that might have room, and may cost more than the caller allows.
    static func noRoom(
        at route: String, soonest target: Target, _ shortage: Shortage, areAllCooling: Bool, othersAreDear: Bool,
        at now: Timestamp
    ) -> Refusal {
        let targets = othersAreDear ? "target of '\(route)' within x-tuppence-max-cost" : "target of '\(route)'"
        let remedy = othersAreDear ? "Try again after retry-after, raise the cap" : "Try again after retry-after"
        let text =
            areAllCooling
            ? "Every \(targets) has asked to be left alone for a while. \(remedy), or add a fallback to the route."
            : "No \(targets) has room: \(shortage.text(of: target)). \(remedy), raise the limit, or add a target to the route."
        return Refusal(
            .rateLimited, text,
            retryAfter: shortage.roomAt.map { Milliseconds(max(1, ($0 - now).count)) } ?? .seconds(1))
    }
}
