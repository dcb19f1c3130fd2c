@testable import TuppenceCore

extension HeadroomBoard {
    /// Takes room for a request of so many tokens, or says why not.
    func ask(
        _ candidate: Candidate, tokens: Int = 1, _ priority: Priority = .interactive, ticket: Int? = nil,
        at now: Timestamp = at(1_000)
    ) -> (permit: HeadroomPermit?, shortage: Shortage?) {
        let need = RoomNeed(tokens: tokens, usualInput: tokens, usualOutput: 0, priority: priority)
        switch take(need, at: candidate, ticket: ticket, now: now) {
        case .taken(let permit): return (permit, nil)
        case .short(let shortage): return (nil, shortage)
        }
    }

    /// Takes a place in the line for a request of so many tokens.
    func enterLine(for targets: [Target], tokens: Int = 1, _ priority: Priority, length: Int) -> Int? {
        let need = RoomNeed(tokens: tokens, usualInput: tokens, usualOutput: 0, priority: priority)
        return enterLine(for: Dictionary(targets.map { ($0, need) }) { first, _ in first }, priority, length: length)
    }

    /// How many of `count` such requests there is room for.
    func admitted(
        _ candidate: Candidate, of count: Int = 1_000, tokens: Int = 1, _ priority: Priority = .interactive,
        at now: Timestamp = at(1_000)
    ) -> Int {
        (0..<count).lazy.filter { _ in self.ask(candidate, tokens: tokens, priority, at: now).shortage == nil }.count
    }
}

/// Alpha, with limits that its operator has set.
func limited(_ limits: RateLimit...) -> Candidate {
    candidate(alpha, limits: ProviderLimits(shared: limits))
}

/// One whose provider has `limits` for all of its models.
func limited(_ target: Target, _ limits: RateLimit...) -> Candidate {
    candidate(target, limits: ProviderLimits(shared: limits))
}

/// One attempt at a time.
let oneAtATime = RateLimit(.concurrency, 1)
