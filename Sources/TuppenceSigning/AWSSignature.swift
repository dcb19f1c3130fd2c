import Crypto
import TuppenceCore

/// Signs requests to Amazon Web Services, by Signature Version 4.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (read 2026-11).
package struct AWSSignature: Hashable, Sendable {
    package var credentials: AWSCredentials
    package var region: String
    /// `bedrock`, for what is sent to `bedrock-runtime`.
    package var service: String

    package init(_ credentials: AWSCredentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// What is signed of a request; it has to go out just so.
    package struct Request: Sendable {
        package var method: String
        package var host: String
        /// As it is sent: percent-encoded, with a slash at the front.
        package var path: String
        /// As it is sent, without the question mark.
        package var query = ""
        /// Those that are to be signed beside the host and those that are added.
        package var headers: [(name: String, value: String)] = []

        package init(method: String, host: String, path: String) {
            self.method = method
            self.host = host
            self.path = path
        }
    }

    /// - Parameter time: now; a request that is some minutes older is refused.
    /// - Returns: the headers to add, `authorization` last.
    package func headers(
        for request: Request, body: some Sequence<UInt8>, at time: Timestamp
    ) -> [(name: String, value: String)] {
        let stamp = Self.stamp(time)
        var added = [(name: "x-amz-date", value: stamp)]
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token)) }
        let signed = Self.canonical(headers: request.headers + [("host", request.host)] + added)
        let names = signed.map(\.name).joined(separator: ";")
        let canonical = [
            request.method, Self.canonical(path: request.path), Self.canonical(query: request.query),
            signed.map { "\($0.name):\($0.value)\n" }.joined(), names, Self.hex(SHA256.hash(data: Array(body))),
        ].joined(separator: "\n")
        let day = String(stamp.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(Self.hex(SHA256.hash(data: Array(canonical.utf8))))"
        let signature = Self.hex(Self.code(text, key(on: day)))
        added.append(
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
            ))
        return added
    }

    /// Of one day, region and service.
    private func key(on day: String) -> SymmetricKey {
        [day, region, service, "aws4_request"].reduce(
            SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey)".utf8))
        ) {
            SymmetricKey(data: Self.code($1, $0))
        }
    }

    private static func code(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }

    /// `20150830T123600Z`
    private static func stamp(_ time: Timestamp) -> String { time.iso8601.filter { $0 != "-" && $0 != ":" } }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    // MARK: Canonical forms

    /// By name; white space around values goes, and within them is one space. Several of one name are one list.
    private static func canonical(headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for header in headers {
            let value = header.value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
            values[header.name.lowercased(), default: []].append(value)
        }
        return values.keys.sorted().map { ($0, values[$0, default: []].joined(separator: ",")) }
    }

    /// Without `.`, `..` and empty segments; encoded once more than it is sent, as every service but S3 wants it.
    private static func canonical(path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": break
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        let isFolder = path.hasSuffix("/") && !segments.isEmpty
        return "/" + segments.map { PercentEncoding.encoded($0) }.joined(separator: "/") + (isFolder ? "/" : "")
    }

    /// By name, then value. They are encoded already.
    private static func canonical(query: String) -> String {
        query.split(separator: "&").map { pair -> (name: Substring, value: Substring) in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
        .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }
}
