import NIOCore
import NIOSSL
import Synchronization

/// The identity in force.
public final class TLSState: Sendable {
    private let current: Mutex<TLSIdentity>

    public init(_ identity: TLSIdentity) { current = Mutex(identity) }

    public var identity: TLSIdentity { current.withLock { $0 } }

    /// Has handshakes that begin from now on get `identity`; connections that stand keep theirs.
    public func replace(with identity: TLSIdentity) { current.withLock { $0 = identity } }

    func handler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: identity.context) }
}
