import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceDialects

/// What a tree has of a document, value by value.
private func nodes(_ source: [UInt8], known: JSONRecording? = nil) throws -> [[Int]] {
    try JSONTree.read(source, known: known) { root in
        let first = root.tree.pointee.nodes
        return (0..<Int(first[0].span)).map { index in
            let node = first[index]
            return [node.kind.hashValue, node.flag ? 1 : 0, Int(node.start), Int(node.end), Int(node.span)]
        }
    }
}

/// The value of the member called `name`, as a cursor notes it.
private func recording(
    of name: StaticString, in source: [UInt8], _ read: (inout JSONCursor) throws(JSONError) -> Void
) throws -> JSONRecording? {
    try source.withUnsafeBytes { bytes in
        var cursor = JSONCursor(bytes)
        var found: JSONRecording?
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals(name) { found = try cursor.recording(read) } else { try cursor.skipValue() }
        }
        return found
    }
}

/// Reads by the methods that look into values, where `skipValue` looks past them.
private func walk(_ cursor: inout JSONCursor) throws(JSONError) {
    switch try cursor.kind() {
    case .object: try cursor.object { (cursor, _) throws(JSONError) in try walk(&cursor) }
    case .array: try cursor.array { (cursor) throws(JSONError) in try walk(&cursor) }
    case .string: _ = try cursor.string()
    case .number: _ = try cursor.number()
    case .bool: _ = try cursor.bool()
    case .null: try cursor.null()
    }
}

private func skip(_ cursor: inout JSONCursor) throws(JSONError) { try cursor.skipValue() }

private final class Foresight: TranslationForesight {
    let models: Set<String>
    init(_ models: Set<String>) { self.models = models }
    func mayTranslate(_ endpoint: GovernedEndpoint, for model: String) -> Bool { models.contains(model) }
}

@Suite("A part of a document that was noted while it was read")
struct JSONRecordingTests {
    private func text(_ seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        var written = ""
        func value(_ depth: Int) {
            switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &random) {
            case 0: written += #""plain""#
            case 1: written += #""esc\"ap\u00e9d \\""#
            case 2: written += "-1.5e3"
            case 3: written += "1234567"
            case 4: written += ["true", "false", "null", #""""#, #""" "#].randomElement(using: &random) ?? "null"
            case 5, 6:
                written += "{ "
                for index in 0..<Int.random(in: 0..<5, using: &random) {
                    written += index == 0 ? "" : " , "
                    written += "\"name \(index)\" : "
                    value(depth + 1)
                }
                written += " }"
            default:
                written += "["
                for index in 0..<Int.random(in: 0..<5, using: &random) {
                    written += index == 0 ? "" : ","
                    value(depth + 1)
                }
                written += "\n]"
            }
        }
        written = #"{"before": [1, {"a": "b"}], "noted": ["#
        value(0)
        written += #", "last"], "after": {"c": []}}"#
        return written
    }

    @Test("is in the tree what it is when it is read there", arguments: 0..<200 as Range<UInt64>)
    func same(seed: UInt64) throws {
        let source = Array(text(seed).utf8)
        let expected = try nodes(source)
        let walked = try #require(try recording(of: "noted", in: source, walk))
        let skipped = try #require(try recording(of: "noted", in: source, skip))
        #expect(try nodes(source, known: walked) == expected)
        #expect(try nodes(source, known: skipped) == expected)
    }

    @Test("is none of what is no object and no array, nor of more than a tree has")
    func none() throws {
        #expect(try recording(of: "noted", in: Array(#"{"noted": "text"}"#.utf8), walk) == nil)
        let many = Array("{\"noted\": [\(String(repeating: "1,", count: JSONTree.maximumValues))1]}".utf8)
        #expect(try recording(of: "noted", in: many, walk) == nil)
        #expect(throws: JSONError.self) { try nodes(many) }
    }

    @Test("is no way around the bound for all of the document")
    func bound() throws {
        // Each by itself is within it.
        let half = String(repeating: "[],", count: JSONTree.maximumValues / 2 + 100)
        let source = Array(#"{"before": [\#(half)1], "noted": [\#(half)1], "after": [\#(half)1]}"#.utf8)
        let known = try #require(try recording(of: "noted", in: source, walk))
        #expect(throws: JSONError.self) { try nodes(source, known: known) }
        let most = Array(
            #"{"noted": [\#(String(repeating: "1,", count: JSONTree.maximumValues - 2))1]}"#.utf8)
        let whole = try #require(try recording(of: "noted", in: most, walk))
        #expect(throws: JSONError.self) { try nodes(most, known: whole) }
        #expect(throws: JSONError.self) { try nodes(most) }
    }

    @Test("a tree has as many values as whoever reads it allows")
    func most() throws {
        let source = Array("[1,2,3]".utf8)
        try JSONTree.read(source, most: 4) { root in #expect(!root.isEmpty) }
        #expect(throws: JSONError.self) { try JSONTree.read(source, most: 3) { _ in } }
    }

    @Test("is not kept of what turns out to be no JSON")
    func broken() {
        #expect(throws: JSONError.self) {
            try recording(of: "noted", in: Array(#"{"noted": [1, {"a" 2}]}"#.utf8), walk)
        }
    }

    private static let padding = String(repeating: "x", count: 5_000)

    @Test(
        "is kept of a long conversation with a model that has to be translated for, and used once",
        arguments: [
            (
                GovernedEndpoint.chat,
                #"{"model": "far", "messages": [{"role": "user", "content": "@"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}]}], "temperature": 0.5}"#
            ),
            (
                .messages,
                #"{"model": "far", "max_tokens": 9, "messages": [{"role": "user", "content": [{"type": "text", "text": "@"}, {"type": "tool_result", "tool_use_id": "t", "content": "1"}]}]}"#
            ),
            (.responses, #"{"model": "far", "input": [{"role": "user", "content": "@"}], "store": false}"#),
        ])
    func kept(endpoint: GovernedEndpoint, shape: String) throws {
        let body = Array(shape.replacing("@", with: Self.padding).utf8)
        let dialect = try #require(endpoint.dialect.inbound)
        func scanned(_ body: [UInt8], _ models: Set<String>) throws -> ScannedRequest {
            try body.withUnsafeBytes {
                try ScannedRequest($0, endpoint: endpoint, .rough, foresight: Foresight(models))
            }
        }
        let request = try scanned(body, ["far"])
        let known = try #require(request.takeConversation())
        #expect(request.takeConversation() == nil)
        let read = try dialect.readRequest(body, known: known, address: RequestAddress())
        #expect(try read == dialect.readRequest(body, address: RequestAddress()))
        #expect(try scanned(body, ["near"]).takeConversation() == nil)
        #expect(try scanned(Array(shape.utf8), ["far"]).takeConversation() == nil, "short ones are as soon read again")
    }
}
