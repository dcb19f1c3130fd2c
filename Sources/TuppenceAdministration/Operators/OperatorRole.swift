/// What the holder of a token may do in the control plane: each role may all that those before it may.
package enum OperatorRole: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
    /// Looks at everything, and changes nothing.
    case viewer
    /// Acts: keys, budgets, wallets.
    case `operator`
    /// Makes tokens, too.
    case owner

    package static func < (left: OperatorRole, right: OperatorRole) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .owner: 2
        }
    }
}

/// Whose doing something is, for the audit log.
package struct Actor: Hashable, Sendable {
    package enum Origin: String, Sendable {
        case console, command
    }

    package let name: String
    package let origin: Origin

    package init(name: String, origin: Origin) {
        self.name = name
        self.origin = origin
    }
}
