import Synchronization

/// The snapshot in force.
public final class GatewayState: Sendable {
    private let current: Mutex<GatewaySnapshot>

    public init(_ snapshot: GatewaySnapshot) { current = Mutex(snapshot) }

    public var snapshot: GatewaySnapshot { current.withLock { $0 } }

    /// Puts another configuration in force. Requests under way keep the one they began with.
    public func replace(with snapshot: GatewaySnapshot) { current.withLock { $0 = snapshot } }
}
