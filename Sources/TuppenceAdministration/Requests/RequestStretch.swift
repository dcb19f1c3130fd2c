import TuppenceCore
import TuppenceStore

/// Where a reader of requests goes on: in the ledger, and among what was refused.
package struct RequestsPlace: Hashable, Sendable {
    /// Lines before this one; nil for all.
    package var ledger: LedgerPlace?
    /// Refusals of requests before this one; nil for all.
    package var refused: RequestID?

    package init(ledger: LedgerPlace? = nil, refused: RequestID? = nil) {
        self.ledger = ledger
        self.refused = refused
    }

    /// `1234.5`, `~req_…`, or both.
    package init?(_ text: String) {
        let parts = text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
        if let first = parts.first, !first.isEmpty {
            guard let place = LedgerPlace(String(first)) else { return nil }
            ledger = place
        }
        if parts.count > 1 {
            guard let id = RequestID(String(parts[1])) else { return nil }
            refused = id
        }
        if ledger == nil && refused == nil { return nil }
    }

    package var description: String {
        (ledger?.description ?? "") + (refused.map { "~\($0)" } ?? "")
    }
}

/// Attempts that the ledger has and requests that were refused, together, the newest first.
package struct RequestStretch: Sendable {
    package enum Line: Sendable {
        case attempt(LedgerStretch.Line)
        case refused(RefusedRequest)
    }

    package let lines: [Line]
    /// Where others are; nil where there are none.
    package let next: RequestsPlace?
    /// Down to when everything was looked at.
    package let reached: Timestamp
    /// What is to be said of older ones, where there are some in an archive and this is the end.
    package internal(set) var beginning: String?

    /// - Parameters:
    ///   - attempts: those before `place`, and
    ///   - refused: those before it, the newest request first.
    init(_ attempts: LedgerStretch, _ refused: [RefusedRequest], from place: RequestsPlace, limit: Int) {
        var lines: [Line] = []
        var (taken, told) = (0, 0)
        while lines.count < limit {
            let line = taken < attempts.lines.count ? attempts.lines[taken] : nil
            // What the ledger has of the time before that it was looked at, if anything, comes first.
            let refusal = told < refused.count && refused[told].at >= attempts.reached ? refused[told] : nil
            if let line, refusal.map({ $0.at <= line.entry.at }) ?? true {
                lines.append(.attempt(line))
                taken += 1
            } else if let refusal {
                lines.append(.refused(refusal))
                told += 1
            } else {
                break
            }
        }
        self.lines = lines
        let ledger =
            taken < attempts.lines.count
            ? (taken == 0 ? place.ledger : attempts.lines[taken - 1].place) : attempts.next ?? .beginning
        let isAtEnd = taken == attempts.lines.count && attempts.next == nil && told == refused.count
        next = isAtEnd ? nil : RequestsPlace(ledger: ledger, refused: told == 0 ? place.refused : refused[told - 1].id)
        reached = attempts.reached
    }
}
