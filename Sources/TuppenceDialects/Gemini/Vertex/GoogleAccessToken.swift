import TuppenceCore

/// What a service account is let in with for a while: `authorization: Bearer <value>`.
package struct GoogleAccessToken: Hashable, Sendable {
    package let value: String
    package let expires: Timestamp

    /// Reads the answer to ``GoogleServiceAccount/tokenRequest(at:signedBy:)``.
    ///
    /// - Parameter time: when the request was sent.
    package init(status: Int, body: [UInt8], at time: Timestamp) throws(GoogleServiceAccount.Fault) {
        let found: GoogleAccessToken?
        var words: String?
        do throws(JSONError) {
            found = try JSONTree.read(body) { root in
                let shape = [root["error"]?.string, root["error_description"]?.string].compactMap { $0?.decoded }
                words = shape.isEmpty ? nil : shape.joined(separator: ": ")
                return GoogleAccessToken(root, time)
            }
        } catch {
            throw GoogleServiceAccount.Fault(
                message: "Google's answer with status \(status) to the request for a token is no JSON.")
        }
        guard status == 200, let found else {
            throw GoogleServiceAccount.Fault(
                message: "Google gave no token, but status \(status)\(words.map { " (\($0))" } ?? "").")
        }
        self = found
    }

    private init?(_ root: JSONValue, _ time: Timestamp) {
        guard let token = root["access_token"]?.string, !token.isEmpty else { return nil }
        value = token.decoded
        let seconds = min(max(root["expires_in"]?.integer ?? 3_600, 0), 86_400)
        expires = time + .seconds(Int64(seconds))
    }

    /// Whether it is time for a new one: some minutes early, so that no request meets the end of the old one.
    package func isStale(at time: Timestamp) -> Bool { time + .seconds(300) >= expires }
}

extension GoogleAccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without the token.
    package var description: String { "GoogleAccessToken(until \(expires.iso8601))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["expires": expires]) }
}
