import TuppenceCore

/// An account of a program at Google, by its key file: what Vertex is asked with.
///
/// Source: https://developers.google.com/identity/protocols/oauth2/service-account#httprest (read 2026-11).
package struct GoogleServiceAccount: Hashable, Sendable {
    package let email: String
    /// Which of the account's keys this is.
    package let keyID: String?
    package let project: String?
    /// Where tokens are asked for.
    package let tokenAddress: String
    /// PEM. Nothing but a signature is made with it.
    package let privateKey: String

    /// What is wrong with a key file, or with an answer that should bring a token; without anything secret.
    package struct Fault: Error, Hashable, Sendable {
        package let message: String

        package init(message: String) { self.message = message }
    }

    /// - Parameter file: the JSON that Google gives out once for a key.
    package init(_ file: [UInt8]) throws(Fault) {
        let found: GoogleServiceAccount?
        do throws(JSONError) {
            found = try JSONTree.read(file) { root in GoogleServiceAccount(root) }
        } catch { throw Fault(message: "The key file is not valid JSON: at byte \(error.offset), \(error.reason).") }
        guard let found else {
            throw Fault(message: "The key file is none of a service account: client_email or private_key is missing.")
        }
        self = found
    }

    private init?(_ root: JSONValue) {
        guard let email = root["client_email"]?.string, let key = root["private_key"]?.string, !email.isEmpty else {
            return nil
        }
        self.email = email.decoded
        privateKey = key.decoded
        keyID = root["private_key_id"]?.string?.decoded
        project = root["project_id"]?.string?.decoded
        tokenAddress = root["token_uri"]?.string?.decoded ?? "https://oauth2.googleapis.com/token"
    }

    /// The body of a `POST` to ``tokenAddress``, of type `application/x-www-form-urlencoded`.
    ///
    /// - Parameters:
    ///   - time: now.
    ///   - sign: signs bytes with ``privateKey``, by RSASSA-PKCS1-v1_5 over SHA-256.
    package func tokenRequest(
        at time: Timestamp, signedBy sign: (_ message: [UInt8]) throws -> [UInt8]
    ) rethrows -> [UInt8] {
        let message = unsignedAssertion(at: time)
        let signature = Base64.encoded(try sign(message), forURL: true)
        return Array("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=".utf8) + message
            + [UInt8(ascii: ".")] + signature
    }

    /// Header and claims of a JSON Web Token (RFC 7519), valid for an hour, which is the longest that Google takes.
    private func unsignedAssertion(at time: Timestamp) -> [UInt8] {
        var header = JSONWriter()
        header.object { json in
            json.member("alg", literal: "RS256")
            json.member("typ", literal: "JWT")
            json.member("kid", keyID.map { JSONString($0) })
        }
        var claims = JSONWriter()
        claims.object { json in
            json.member("iss", JSONString(email))
            json.member("scope", literal: "https://www.googleapis.com/auth/cloud-platform")
            json.member("aud", JSONString(tokenAddress))
            json.member("iat", Int(time.seconds))
            json.member("exp", Int(time.seconds) + 3_600)
        }
        return Base64.encoded(header.bytes, forURL: true) + [UInt8(ascii: ".")]
            + Base64.encoded(claims.bytes, forURL: true)
    }
}

extension GoogleServiceAccount: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without what is secret, wherever it may be printed.
    package var description: String { "GoogleServiceAccount(\(email))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["email": email]) }
}
