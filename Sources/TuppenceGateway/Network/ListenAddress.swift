import Foundation
import NIOCore
import TuppenceConfiguration

/// Where something listens, as people write it and as URLs have it.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    /// Reads `host:port`, as `--listen` takes it.
    package init(_ text: String) throws(Failure) {
        guard let (host, port) = ServerSettings.address(text) else {
            throw Failure("'\(text)' is no address to listen on. Write host:port, such as 127.0.0.1:8080.")
        }
        self.init(host: host, port: port)
    }

    /// `127.0.0.1:8080`, `[::1]:8080`.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Why nobody could listen here, and what to do about it; any other error as it is.
    ///
    /// - Parameter elsewhere: how another address is given.
    package func explained(_ error: any Error, elsewhere: String) -> any Error {
        guard let code = (error as? IOError)?.errnoCode else {
            guard error is SocketAddressError else { return error }
            return Failure("There is no address '\(host)' to listen on. Give one of this machine: \(elsewhere)")
        }
        switch code {
        case EADDRINUSE:
            return Failure("\(self) is in use by another program. Stop it, or listen elsewhere: \(elsewhere)")
        case EADDRNOTAVAIL:
            return Failure("\(host) is no address of this machine. Listen on one that is: \(elsewhere)")
        case EACCES:
            return Failure(
                "This user may not listen on \(self). Take a port above 1023, or give the program CAP_NET_BIND_SERVICE: \(elsewhere)"
            )
        default: return error
        }
    }
}
