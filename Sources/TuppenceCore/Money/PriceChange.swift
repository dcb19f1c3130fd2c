/// A price that takes the place of another one when its time comes.
public struct PriceChange: Hashable, Sendable {
    /// It counts from here on.
    public let from: Timestamp
    /// Whose model ends in `*` where it stands for all that begin so.
    public let target: Target
    public let listing: PriceBook.Listing

    public init(from: Timestamp, target: Target, listing: PriceBook.Listing) {
        self.from = from
        self.target = target
        self.listing = listing
    }

    /// `2026-12-01`, or with the time where it is not that day's beginning.
    public var time: String {
        let text = from.iso8601
        return text.hasSuffix("T00:00:00Z") ? String(text.prefix(10)) : text
    }
}
