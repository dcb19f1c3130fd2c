/// When a model is taken out of service, and what its maker says to use after that.
public struct Retirement: Hashable, Sendable {
    /// The beginning of that day in UTC.
    public var day: Timestamp
    /// A model of the same provider's; nil where none is named.
    public var replacement: String?

    public init(day: Timestamp, replacement: String? = nil) {
        self.day = day
        self.replacement = replacement
    }

    /// How long before the day it is time to speak of it.
    public static let notice = Milliseconds(90 * 86_400_000)

    /// `2027-01-31`.
    public var date: String { String(day.iso8601.prefix(10)) }

    public func isPast(at now: Timestamp) -> Bool { now >= day }

    /// Whether people want to hear of it by now.
    public func isNear(at now: Timestamp) -> Bool { now + Self.notice >= day }
}
