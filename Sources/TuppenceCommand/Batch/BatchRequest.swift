import Crypto
import Foundation
import TuppenceDialects
import TuppenceGateway

/// One line of a batch: `{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {…}}`.
///
/// Source: https://platform.openai.com/docs/api-reference/batch/request-input (read 2026-11).
struct BatchRequest: Sendable {
    /// From 1.
    let line: Int
    let customID: String
    /// `/v1/chat/completions`.
    let path: String
    let body: [UInt8]
    /// The same for the same line, whenever it is sent: it is answered once, and paid for once.
    let idempotencyKey: String

    /// Every request of a file, checked before any of them is sent. Empty lines are passed over.
    ///
    /// - Throws: a ``Failure`` that names the line.
    static func read(_ bytes: [UInt8], from name: String) throws -> [BatchRequest] {
        var lines: [String: Int] = [:]
        var requests: [BatchRequest] = []
        // Editors of some systems begin a file with a byte order mark.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > 32 }) else { continue }
            let place = "\(name), line \(index + 1): "
            let request = try BatchRequest(line, number: index + 1, place: place)
            if let other = lines.updateValue(index + 1, forKey: request.customID) {
                throw Failure(
                    "\(place)the custom_id '\(request.customID)' is that of line \(other), too. Give each line one of its own: answers are told apart by it."
                )
            }
            requests.append(request)
        }
        guard !requests.isEmpty else { throw Failure("\(name) has no requests: each is one line of JSON.") }
        return requests
    }

    private init(_ text: ArraySlice<UInt8>, number: Int, place: String) throws {
        var text = text
        while let last = text.last, last <= 32 { text.removeLast() }
        var members: [String: String] = [:]
        var body: Range<Int>?
        var streams = false
        do {
            try text.withUnsafeBytes { bytes in
                var cursor = JSONCursor(bytes)
                guard try cursor.kind() == .object else { throw JSONError(0, "an object is expected here") }
                try cursor.object { (cursor, key) throws(JSONError) in
                    let kind = try cursor.kind()
                    if key.equals("body"), kind == .object {
                        body = try cursor.skipValue()
                    } else if kind == .string {
                        members[key.decoded] = try cursor.string().decoded
                    } else {
                        try cursor.skipValue()
                    }
                }
                try cursor.end()
                if let body { streams = try Self.streams(UnsafeRawBufferPointer(rebasing: bytes[body])) }
            }
        } catch let error as JSONError {
            throw Failure("\(place)this is no JSON object: \(error.reason), at \(error.offset).")
        }
        guard let customID = members["custom_id"], !customID.isEmpty else {
            throw Failure("\(place)it has no \"custom_id\", by which its answer is found again.")
        }
        guard members["method"] ?? "POST" == "POST" else { throw Failure("\(place)\"method\" has to be \"POST\".") }
        guard let url = members["url"], Self.takesJSON(url) else {
            throw Failure(
                "\(place)\"url\" has to be a path of the gateway that takes JSON and answers with JSON, such as \"/v1/chat/completions\"."
            )
        }
        guard let body else { throw Failure("\(place)it has no \"body\", the request itself as an object.") }
        guard !streams else {
            throw Failure("\(place)\"stream\" can't be true: an answer is one line of the output. Leave it out.")
        }
        line = number
        self.customID = customID
        path = url
        self.body = Array(text[(text.startIndex + body.lowerBound)..<(text.startIndex + body.upperBound)])
        let digest = SHA256.hash(data: text).map { String(format: "%02x", $0) }.joined()
        idempotencyKey = "batch-\(digest)"
    }

    /// The paths below `/v1/`. Speech is answered with sound, and what is asked for in forms brings sound or images.
    private static let paths = Set(
        GovernedEndpoint.allCases.filter { $0.dialect != .gemini && $0 != .speech && !$0.takesForms }.map(\.rawValue)
    ).union(["quote", "feedback"])

    private static func takesJSON(_ url: String) -> Bool {
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return false }
        let path = String(url.prefix { $0 != "?" })
        if path.hasPrefix("/v1/"), paths.contains(String(path.dropFirst(4))) { return true }
        guard path.hasPrefix("/v1beta/") || path.hasPrefix("/v1/models/") else { return false }
        return GeminiAddress(path: path).map { $0.method != .streamGenerateContent } ?? false
    }

    private static func streams(_ body: UnsafeRawBufferPointer) throws(JSONError) -> Bool {
        var streams = false
        var cursor = JSONCursor(body)
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("stream"), try cursor.kind() == .bool {
                streams = try cursor.bool()
            } else {
                try cursor.skipValue()
            }
        }
        return streams
    }
}
