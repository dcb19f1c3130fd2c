/// What a decision goes by beside the route and the request.
public struct RouteConditions: Sendable {
    public var now: Timestamp
    /// How targets have done of late; nil where nobody remembers.
    public var health: HealthBoard?
    /// What may be sent to them; nil where nobody counts.
    public var headroom: HeadroomBoard?
    /// Whose requests stay with one target, as a number; nil where they go anywhere.
    public var affinity: Affinity?

    public init(
        now: Timestamp, health: HealthBoard? = nil, headroom: HeadroomBoard? = nil, affinity: Affinity? = nil
    ) {
        self.headroom = headroom
        self.now = now
        self.health = health
        self.affinity = affinity
    }
}
