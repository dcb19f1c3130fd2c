import TuppenceCore

/// How long the spans are by which usage is added up. They begin on whole minutes, hours and days of UTC.
public enum BucketWidth: String, Hashable, Sendable, CaseIterable, Comparable {
    case minute, hour, day

    public var seconds: Int64 {
        switch self {
        case .minute: 60
        case .hour: 3_600
        case .day: 86_400
        }
    }

    /// The narrowest that is no narrower than `seconds`; nil if that is more than a day.
    init?(seconds: Int64) {
        guard let width = Self.allCases.first(where: { seconds <= $0.seconds }) else { return nil }
        self = width
    }

    /// The beginning of the bucket that `time` falls into.
    public func start(of time: Timestamp) -> Timestamp {
        let rest = time.seconds % seconds
        return Timestamp(seconds: time.seconds - (rest < 0 ? rest + seconds : rest))
    }

    /// The end of the bucket that `time` falls into, which is the next one's beginning.
    public func end(of time: Timestamp) -> Timestamp { start(of: time) + .seconds(seconds) }

    public static func < (left: BucketWidth, right: BucketWidth) -> Bool { left.seconds < right.seconds }
}
