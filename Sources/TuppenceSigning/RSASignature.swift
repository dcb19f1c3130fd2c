import Crypto
import CryptoExtras

/// Signs with a private RSA key as the tokens of Google's service accounts are: RSASSA-PKCS1-v1_5 over SHA-256, which
/// JSON Web Tokens call RS256 (RFC 7518, section 3.3).
package struct RSASignature: Sendable {
    private let key: _RSA.Signing.PrivateKey

    /// - Parameter pem: a private key of 2,048 bits or more, in PKCS #8 or PKCS #1.
    /// - Throws: for anything else.
    package init(pem: String) throws { key = try _RSA.Signing.PrivateKey(pemRepresentation: pem) }

    package func sign(_ message: [UInt8]) throws -> [UInt8] {
        Array(try key.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation)
    }
}
