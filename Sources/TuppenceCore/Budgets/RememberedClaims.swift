import Synchronization

/// The claims of those who asked before: found again sooner than they are made, and as the same objects, which a ledger
/// need not compare by name.
///
/// A table of as many places as there are, each of which keeps who asked there last: what callers choose as names can
/// crowd others out, never make anything slow.
final class RememberedClaims: Sendable {
    /// What somebody draws on, for as long as no window of it ends.
    private final class Entry: Sendable {
        let subject: BudgetSubject
        let claims: [BudgetClaim]
        let from: Timestamp
        let until: Timestamp

        init(_ claims: [BudgetClaim], of subject: BudgetSubject) {
            self.subject = subject
            self.claims = claims
            from = claims.lazy.map(\.account.windowStart).max() ?? Timestamp(milliseconds: .min)
            until = claims.lazy.map { $0.resetsAt ?? .distantFuture }.min() ?? .distantFuture
        }
    }

    /// What the rules ask of a subject; in all else subjects need not be told apart.
    private let asksKey, asksCustomer, asksUser, asksRoute, asksProvider, asksModel, asksTags: Bool
    private let table = Mutex<[Entry?]>([])
    private static let places = 4_096

    init(asking dimensions: [BudgetDimension]) {
        asksKey = dimensions.contains(.key)
        asksCustomer = dimensions.contains(.customer)
        asksUser = dimensions.contains(.user)
        asksRoute = dimensions.contains(.route)
        asksProvider = dimensions.contains(.provider)
        asksModel = dimensions.contains(.model) || dimensions.contains(.family)
        asksTags = dimensions.contains { if case .tag = $0 { true } else { false } }
    }

    /// What was found for `subject`, or else what `make` finds now.
    func claims(of subject: BudgetSubject, at time: Timestamp, make: () -> [BudgetClaim]) -> [BudgetClaim] {
        let place = Int(truncatingIfNeeded: hash(of: subject) % UInt64(Self.places))
        let known = table.withLock { $0.isEmpty ? nil : $0[place] }
        if let known, known.from <= time, time < known.until, isSame(known.subject, subject) { return known.claims }
        let claims = make()
        let entry = Entry(claims, of: subject)
        table.withLock { table in
            if table.isEmpty { table = Array(repeating: nil, count: Self.places) }
            table[place] = entry
        }
        return claims
    }

    /// Whether both are the same byte for byte, as accounts are told apart.
    private func isSame(_ one: BudgetSubject, _ other: BudgetSubject) -> Bool {
        (!asksKey || one.key.hasSameBytes(as: other.key))
            && (!asksUser || isSame(one.user, other.user))
            && (!asksCustomer || isSame(one.customer, other.customer))
            && (!asksRoute || isSame(one.route, other.route))
            && (!asksModel || one.target.model.hasSameBytes(as: other.target.model))
            && (!asksProvider || one.target.provider.hasSameBytes(as: other.target.provider))
            && (!asksTags || isSame(one.tags, other.tags))
    }

    private func isSame(_ one: String?, _ other: String?) -> Bool {
        switch (one, other) {
        case (nil, nil): true
        case (let one?, let other?): one.hasSameBytes(as: other)
        default: false
        }
    }

    private func hash(of subject: BudgetSubject) -> UInt64 {
        var hash = QuickHash()
        if asksKey { hash.add(subject.key) }
        if asksUser { hash.add(subject.user) }
        if asksCustomer { hash.add(subject.customer) }
        if asksRoute { hash.add(subject.route) }
        if asksModel { hash.add(subject.target.model) }
        if asksProvider { hash.add(subject.target.provider) }
        if asksTags { hash.add(subject.tags) }
        return hash.value
    }
}

/// A hash without a secret, for tables in which a collision costs nothing but the place.
private struct QuickHash {
    private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func add(_ text: String?) {
        guard var text else { return add(0) }
        text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            add(UInt64(truncatingIfNeeded: bytes.count + 1))
            var index = 0
            while index &+ 8 <= bytes.count {
                add(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                index &+= 8
            }
            var rest: UInt64 = 0
            while index < bytes.count {
                rest = rest << 8 | UInt64(bytes[index])
                index &+= 1
            }
            add(rest)
        }
    }

    private mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0xD6E8_FEB8_6659_FD93
        value ^= value >> 32
    }
}
