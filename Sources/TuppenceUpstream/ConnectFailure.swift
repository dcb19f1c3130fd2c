import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why no connection came about, in words for people.
enum ConnectFailure {
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            return error.connectionErrors.first.map { words($0.error) } ?? "no address for \(error.host)"
        // Its own description begins with where in NIO it was made.
        case let error as IOError: return words(code: error.errnoCode)
        case ChannelError.connectTimeout: return "no connection in time"
        case let error as NIOSSLError: return "no TLS: \(words(error))"
        case is NIOSSLExtraError: return "no TLS: its certificate is for another name"
        case let error as ProxyRefusal: return error.description
        case is TLSTimeout: return "no TLS: no answer in time"
        default: return "\(error)"
        }
    }

    /// `connection refused`, `no route to host`.
    private static func words(code: CInt) -> String { String(cString: strerror(code)).lowercased() }

    /// BoringSSL's own words name its source files, which are nobody's business.
    private static func words(_ error: NIOSSLError) -> String {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "nobody vouches for its certificate (CERTIFICATE_VERIFY_FAILED)"
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") { return "it speaks something else" }
        return "the handshake failed"
    }
}
