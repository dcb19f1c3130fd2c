/// What a target gets of requests at one moment, as people look at it.
public struct TargetSituation: Hashable, Sendable {
    public let standing: TargetHealth.Standing
    /// How much of its share it gets: 1 where all is well, 0 where it is for when there is nothing else.
    public let share: Double
    /// Why it is not well; nil where it is.
    public let trouble: TargetHealth.Trouble?

    /// That of a target of which there is nothing to be said.
    public static let well = TargetSituation(standing: .open, share: 1, trouble: nil)
}

extension TargetHealth.Trouble: CustomStringConvertible {
    /// `status 503`, `does not answer its health check`: a phrase that stands behind a colon.
    public var description: String {
        switch self {
        case .failed(let failure): failure.detail
        case .overtaken: "was slower than a target that was started beside it"
        case .gone: "does not answer its health check"
        }
    }
}
