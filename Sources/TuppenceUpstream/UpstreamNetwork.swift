import NIOSSL
import TuppenceCore

/// How other machines are reached, and who vouches for them, where that is not as the system has it.
public struct UpstreamNetwork: Hashable, Sendable {
    /// A file of certificates in PEM that vouch for providers, instead of the system's.
    public let authorities: String?
    /// What connections with TLS go through.
    public let proxy: ForwardProxy?

    /// As the system has it.
    public init() { (authorities, proxy) = (nil, nil) }

    /// By the variables that OpenSSL, curl and the SDKs go by: `SSL_CERT_FILE`, `HTTPS_PROXY` and `NO_PROXY`, the latter two in small
    /// letters as well, which count before the others. One that is empty is as none.
    public init(environment: [String: String]) throws(Mistake) {
        func value(_ names: String...) -> (name: String, text: String)? {
            for name in names { if let text = environment.variable(name) { return (name, text) } }
            return nil
        }
        authorities = value("SSL_CERT_FILE")?.text
        if let authorities {
            do { _ = try NIOSSLCertificate.fromPEMFile(authorities) } catch {
                throw Mistake("SSL_CERT_FILE names '\(authorities)', which cannot be read as certificates in PEM.")
            }
        }
        guard let (name, address) = value("https_proxy", "HTTPS_PROXY") else {
            proxy = nil
            return
        }
        proxy = ForwardProxy(address: address, exceptions: value("no_proxy", "NO_PROXY")?.text ?? "")
        if proxy == nil {
            // Without the address itself: there may be a password in it.
            throw Mistake(
                "\(name) names no proxy that can be used: an address such as http://proxy.example:3128 is expected. Proxies that speak TLS or SOCKS themselves are not spoken to."
            )
        }
    }

    /// What is wrong with the environment, and which variable it is.
    public struct Mistake: Error, CustomStringConvertible, Sendable {
        public let description: String

        init(_ description: String) { self.description = description }
    }
}
