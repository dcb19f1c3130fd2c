import Hummingbird
import NIOCore
import TuppenceAdministration
import TuppenceCore

/// What goes with a request to the console.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Nil where nobody says who asks.
    var identity: Identity?
    let address: NetworkAddress

    /// No form and no document of the console's is longer.
    var maxUploadSize: Int { 256 << 10 }

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress.flatMap { NetworkAddress($0) } ?? NetworkAddress(ipv4: 0)
    }

    /// Who asks, where he may do what `role` may.
    func identity(atLeast role: OperatorRole) throws(ConsoleError) -> Identity {
        guard let identity else { throw .notSignedIn }
        guard identity.role >= role else { throw .forbidden(identity, needs: role) }
        return identity
    }

    /// The same for what changes something, of which a session has to prove that a page of its own asks for it.
    ///
    /// - Parameter formToken: what came with the request as proof.
    func identity(
        atLeast role: OperatorRole, changingWith request: Request, formToken: String?
    ) throws(ConsoleError) -> Identity {
        let identity = try identity(atLeast: role)
        guard let own = identity.formToken else { return identity }
        guard !request.isForeign, let formToken, own.isEqualInConstantTime(to: formToken) else { throw .foreignForm }
        return identity
    }
}

extension String {
    /// Takes as long wherever the first difference is.
    fileprivate func isEqualInConstantTime(to other: String) -> Bool {
        let (own, others) = (Array(utf8), Array(other.utf8))
        guard own.count == others.count else { return false }
        return zip(own, others).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
