/// A provider's whole and successful answer, kept to be given again.
public struct CachedAnswer: Hashable, Sendable {
    /// Who gave it.
    public var target: Target
    /// The provider's `content-type`.
    public var contentType: String
    /// Whether `body` is the events of a stream, without the one that ends it, instead of a whole body.
    public var isStream: Bool
    /// As the provider sent it, without our costs. What it was booked at is in it where its provider has not counted it.
    public var body: [UInt8]
    public var storedAt: Timestamp

    public init(target: Target, contentType: String, isStream: Bool, body: [UInt8], storedAt: Timestamp) {
        self.target = target
        self.contentType = contentType
        self.isStream = isStream
        self.body = body
        self.storedAt = storedAt
    }

    /// How old it is, or nil if it comes from the future: after the clock was set back nobody knows.
    public func age(at now: Timestamp) -> Milliseconds? {
        let age = now - storedAt
        if age < Milliseconds(-Self.clockTolerance.count) { return nil }
        return max(age, Milliseconds(0))
    }

    private static let clockTolerance = Milliseconds.seconds(60)
}
