/// An arm of an experiment, as the ledger has it: `experiment/arm`.
public struct ArmName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The arm that is answered as if there were no experiment.
    public static let control = "control"

    /// What stands before the name of a ``Shadow``; no name that an operator chooses has it.
    public static let shadowMark = "~"

    public let experiment: String
    public let arm: String

    public init(experiment: String, arm: String) {
        self.experiment = experiment
        self.arm = arm
    }

    /// Reads ``description``; names of experiments have no slashes.
    public init?(_ text: some StringProtocol) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        self.init(experiment: String(text[..<slash]), arm: String(text[text.index(after: slash)...]))
    }

    public var description: String { "\(experiment)/\(arm)" }
    public var isControl: Bool { arm == Self.control }
    /// Whether it answers nobody.
    public var isShadow: Bool { arm.hasPrefix(Self.shadowMark) }

    /// By experiment, the control first.
    public static func < (left: ArmName, right: ArmName) -> Bool {
        if left.experiment != right.experiment { return left.experiment < right.experiment }
        return left.isControl != right.isControl ? left.isControl : left.arm < right.arm
    }
}
