import NIOCore
import TuppenceHTTP

/// On whose account a call is made, and what it may cost.
public struct CallOptions: Hashable, Sendable {
    /// What becomes of a call that a budget has too little left for, within what the operator allows.
    public enum OnBudget: String, Hashable, Sendable {
        /// It is refused.
        case reject
        /// Its answer may only be as long as can be paid for.
        case clamp
        /// The budget's other route is taken.
        case degrade
        /// An older answer to the same request stands in, if there is one.
        case cached
    }

    /// How the cache of answers is used, where it is not switched off.
    public enum Cache: String, Hashable, Sendable {
        case on, off
        /// Only a kept answer will do.
        case only
    }

    /// The name of the key that it is booked on; nil for that of the ``Tuppence`` itself.
    public var key: String?
    /// Whom it is charged to.
    public var customer: String?
    /// What spending can be told apart by, and budgets may count by.
    public var tags: [String: String] = [:]
    /// The most that it may cost altogether: one that could cost more is refused before anything is sent.
    public var maxCost: Money?
    /// How long it may take altogether: a day at the most, whatever more is said.
    public var timeout: Duration?
    public var onBudget: OnBudget?
    public var cache: Cache?
    /// Whether fields that a target cannot have are left out; otherwise it is refused where it matters.
    public var dropsUnsupported = false
    /// It is like others before it on purpose: that is not taken for a loop.
    public var mayRepeat = false

    public init() {}

    public init(
        key: String? = nil, customer: String? = nil, tags: [String: String] = [:], maxCost: Money? = nil,
        timeout: Duration? = nil, onBudget: OnBudget? = nil, cache: Cache? = nil
    ) {
        self.key = key
        self.customer = customer
        self.tags = tags
        self.maxCost = maxCost
        self.timeout = timeout
        self.onBudget = onBudget
        self.cache = cache
    }

    /// Writes what the gateway reads them from.
    ///
    /// - Throws: `invalid_request` for what cannot be said there.
    func write(to head: inout ByteBuffer) throws(TuppenceError) {
        if let customer { head.writeField("x-tuppence-customer", try Self.checked(customer, "customer")) }
        if !tags.isEmpty { head.writeField("x-tuppence-tags", try Self.list(tags)) }
        if let maxCost { head.writeField("x-tuppence-max-cost", maxCost.usd) }
        if let timeout {
            let (seconds, attoseconds) = min(max(timeout, .milliseconds(1)), .seconds(86_400)).components
            let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
            head.writeField("x-tuppence-timeout", "\(milliseconds)ms")
        }
        if let onBudget { head.writeField("x-tuppence-on-budget", onBudget.rawValue) }
        if let cache { head.writeField("x-tuppence-cache", cache.rawValue) }
        if dropsUnsupported { head.writeField("x-tuppence-drop", "allow") }
        if mayRepeat { head.writeField("x-tuppence-repeats", "allow") }
    }

    private static func list(_ tags: [String: String]) throws(TuppenceError) -> String {
        var items: [String] = []
        for (name, value) in tags.sorted(by: { $0.key < $1.key }) {
            guard !(name + value).contains(where: { $0 == "," || $0 == "=" }) else {
                throw .unsayable("tags", "the tag '\(name)' has a ',' or '=' in it")
            }
            items.append("\(name)=\(value)")
        }
        return try checked(items.joined(separator: ","), "tags")
    }

    private static func checked(_ text: String, _ field: String) throws(TuppenceError) -> String {
        guard !text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
            throw .unsayable(field, "'\(field)' has a character in it that cannot be printed")
        }
        return text
    }
}

extension TuppenceError {
    static func unsayable(_ field: String, _ what: String) -> TuppenceError {
        var error = TuppenceError(.invalidRequest, "\(what).")
        error.parameter = field
        return error
    }
}
