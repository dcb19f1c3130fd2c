import TuppenceCore

/// Where an entry stands in the ledger. It stays there.
public struct LedgerPlace: Hashable, Sendable {
    public let page: Int64
    /// Among the entries of its page, from 0.
    public let index: Int

    public init(page: Int64, index: Int) {
        self.page = page
        self.index = index
    }
}

extension LedgerPlace: CustomStringConvertible {
    /// `1234.5`.
    public var description: String { "\(page).\(index)" }

    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let page = Int64(parts[0]), let index = Int(parts[1]), page >= 1, index >= 0 else {
            return nil
        }
        self.init(page: page, index: index)
    }

    /// Before which there is nothing.
    public static let beginning = LedgerPlace(page: 1, index: 0)
}

/// Some entries, and where those behind them begin.
public struct LedgerStretch: Sendable {
    public struct Line: Hashable, Sendable {
        public let place: LedgerPlace
        public let entry: LedgerEntry

        public init(place: LedgerPlace, entry: LedgerEntry) {
            self.place = place
            self.entry = entry
        }
    }

    public let lines: [Line]
    /// What to ask for entries before, of which there may be none; nil at the beginning of the ledger.
    public let next: LedgerPlace?
    /// Nothing before `next` was booked later.
    public let reached: Timestamp

    /// How much of the ledger is looked through for a page that somebody waits for: some fifteen thousand requests.
    public static let pageBytes = 4 << 20

    public init(lines: [Line], next: LedgerPlace?, reached: Timestamp) {
        self.lines = lines
        self.next = next
        self.reached = reached
    }
}
