import NIOSSL
import TuppenceCore

/// What the data plane shows callers who come over TLS, and which of them it wants to see a certificate of.
public struct TLSIdentity: Sendable {
    /// What is wrong with the contents of its files.
    public enum Problem: Error, Hashable, Sendable {
        /// There is no certificate in the file, or one in it can't be read.
        case noCertificate
        case noKey
        case encryptedKey
        /// The key is not that of the first certificate.
        case foreignKey
        /// There is no certificate among those that are to vouch for callers, or one of them can't be read.
        case noAuthority
    }

    /// From when and until when the certificate counts.
    public let begins, expires: Timestamp
    let context: NIOSSLContext

    /// TLS 1.2 and 1.3, over which HTTP/1.1 is spoken.
    ///
    /// - Parameters:
    ///   - certificate: in PEM, behind it those that lead from it to an authority.
    ///   - key: of the certificate, in PEM.
    ///   - authorities: in PEM; callers need a certificate that one of them vouches for. Nil lets all in.
    public init(certificate: [UInt8], key: [UInt8], authorities: [UInt8]?) throws(Problem) {
        let chain = try Self.certificates(certificate, orElse: .noCertificate)
        let privateKey = try Self.privateKey(key)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = .seconds(2)
        if let authorities {
            let known = try Self.certificates(authorities, orElse: .noAuthority)
            configuration.trustRoots = .certificates(known)
            // Callers have no names that could be checked.
            configuration.certificateVerification = .noHostnameVerification
            configuration.sendCANameList = true
        }
        do { context = try NIOSSLContext(configuration: configuration) } catch { throw .foreignKey }
        begins = Timestamp(seconds: Int64(chain[0].notValidBefore))
        expires = Timestamp(seconds: Int64(chain[0].notValidAfter))
    }

    /// - Returns: one at least.
    private static func certificates(_ pem: [UInt8], orElse problem: Problem) throws(Problem) -> [NIOSSLCertificate] {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty else { throw problem }
        return certificates
    }

    private static func privateKey(_ pem: [UInt8]) throws(Problem) -> NIOSSLPrivateKey {
        if let key = try? NIOSSLPrivateKey(bytes: pem, format: .pem) { return key }
        throw String(decoding: pem, as: UTF8.self).contains("ENCRYPTED") ? .encryptedKey : .noKey
    }
}
