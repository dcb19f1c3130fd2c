/// What a target gets of requests at one moment, as people look at it.
public struct TargetSituation: Hashable, Sendable {
    public let standing: TargetHealth.Standing
    /// How much of its share it gets: 1 where all is well, 0 where it is for when there is nothing else.
    public let share: Double
}
