import Testing
import TuppenceTesting

@testable import TuppenceDialects

/// A spelling as bytes: Swift's strings are equal where they look the same.
private struct Spelling: Equatable, ExpressibleByStringLiteral, CustomStringConvertible {
    let bytes: [UInt8]
    var description: String { string(bytes) }

    init(bytes: [UInt8]) { self.bytes = bytes }
    init(_ text: String) { self.init(bytes: Array(text.utf8)) }
    init(stringLiteral text: String) { self.init(text) }
}

/// The canonical spelling of `text`, or nil if it has none.
private func canonical(_ text: String, leavingOut: [StaticString] = []) -> Spelling? {
    withBytes(text) { bytes in
        do throws(JSONError) {
            return Spelling(bytes: try CanonicalJSON.object(bytes, leavingOut: leavingOut))
        } catch { return nil }
    }
}

@Suite("JSON in its canonical spelling")
struct CanonicalJSONTests {
    @Test(
        "what means the same is spelled the same",
        arguments: [
            (#"{"b":1,"a":2}"#, #"{"a":2,"b":1}"#),
            (" { \"a\" : [ 1 , 2 ] }\n", #"{"a":[1,2]}"#),
            (#"{"a":{"z":{},"y":[]},"A":null}"#, #"{"A":null,"a":{"y":[],"z":{}}}"#),
            (#"{"a":"\u0061\/\n\u000A"}"#, #"{"a":"a/\u000a\u000a"}"#),
            (#"{"\u0061":1}"#, #"{"a":1}"#),
            (#"{"a":"\ud83d\ude00é"}"#, #"{"a":"😀é"}"#),
            (#"{"a":"\\u0061 \""}"#, #"{"a":"\\u0061 \""}"#),
            (#"{}"#, #"{}"#),
        ])
    func spelling(text: String, expected: String) { #expect(canonical(text) == Spelling(expected)) }

    @Test(
        "numbers are their digits and their exponent",
        arguments: [
            ("0", ["0.0", "-0", "0e5", "-0.000e-7", "0E+9"]),
            ("1", ["1.0", "1e0", "10e-1", "0.1e1", "0.001E+3"]),
            ("-15e-1", ["-1.5", "-1.50", "-15e-1", "-0.15e1"]),
            ("12e1", ["120", "1.2e2", "120.00"]),
            ("1e100", ["1e100", "10e99", "0.1e101"]),
            ("12345678901234567890123456789", ["12345678901234567890123456789", "12345678901234567890123456789.0"]),
        ])
    func numbers(expected: String, spellings: [String]) {
        for text in spellings { #expect(canonical("{\"a\":\(text)}") == Spelling("{\"a\":\(expected)}"), "\(text)") }
    }

    @Test(
        "what means something else is spelled otherwise",
        arguments: [
            (#"{"a":1}"#, #"{"a":"1"}"#), (#"{"a":1}"#, #"{"a":true}"#), (#"{"a":null}"#, #"{}"#),
            (#"{"a":[1,2]}"#, #"{"a":[2,1]}"#), (#"{"a":[[1],2]}"#, #"{"a":[1,[2]]}"#), (#"{"a":[]}"#, #"{"a":{}}"#),
            (#"{"a":0.1}"#, #"{"a":0.10000000000000001}"#), (#"{"a":1e1}"#, #"{"a":1e-1}"#),
            (#"{"a":1}"#, #"{"a":-1}"#),
            (#"{"a":"x"}"#, #"{"a":"x "}"#), (#"{"a":"e\u0301"}"#, #"{"a":"é"}"#), (#"{"a":"A"}"#, #"{"a":"a"}"#),
            (#"{"a":"1\",\"b\":\"2"}"#, #"{"a":"1","b":"2"}"#), (#"{"a":"\u0000"}"#, #"{"a":"\\u0000"}"#),
            (#"{"a":{"b":1},"c":2}"#, #"{"a":{"b":1,"c":2}}"#),
        ])
    func difference(left: String, right: String) throws {
        #expect(try #require(canonical(left)) != (try #require(canonical(right))))
    }

    @Test(
        "what has no certain meaning has no spelling",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"\u0061":3}"#, #"{"x":[{"b":1,"a":2,"b":3}]}"#, #"{"a":"\ud800"}"#,
            #"{"a":"\ude00\ud83d"}"#, #"{"a":"\ud83d\u0061"}"#, #"{"a":"\ud83d\n"}"#, #"{"a":"\ud83dx"}"#,
            #"{"\ud83d":1}"#, #"{"a":1e99999999999}"#, "[1]", "1", "", "{", #"{"a":1}x"#, #"{"a":01}"#,
        ])
    func uncertain(text: String) { #expect(canonical(text) == nil) }

    @Test("nesting is bounded, on either side of the boundary")
    func depth() {
        #expect(canonical(nested(CanonicalJSON.maximumDepth, "{\"a\":", "}", core: "1")) != nil)
        #expect(canonical(nested(CanonicalJSON.maximumDepth + 1, "{\"a\":", "}", core: "1")) == nil)
        #expect(canonical("{\"a\":" + nested(CanonicalJSON.maximumDepth - 1) + "}") != nil)
        #expect(canonical("{\"a\":" + nested(CanonicalJSON.maximumDepth) + "}") == nil)
    }

    @Test("values and members are bounded, on either side of the boundary")
    func values() {
        func array(_ count: Int) -> String {
            "{\"a\":[" + [String](repeating: "1", count: count).joined(separator: ",") + "]}"
        }
        #expect(canonical(array(CanonicalJSON.maximumValues - 1)) != nil)
        #expect(canonical(array(CanonicalJSON.maximumValues)) == nil)
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { "\"\($0)\":1" }.joined(separator: ",") + "}"
        }
        #expect(canonical(object(CanonicalJSON.maximumMembers)) != nil)
        #expect(canonical(object(CanonicalJSON.maximumMembers + 1)) == nil)
    }

    @Test("what is to be moved is bounded")
    func moves() {
        func shell(_ depth: Int) -> String {
            nested(depth, "{\"b\":", ",\"a\":1}", core: "\"" + String(repeating: "x", count: 1 << 20) + "\"")
        }
        #expect(canonical(shell(10)) != nil)
        #expect(canonical(shell(20)) == nil)
    }

    @Test("members that count for nothing are left out of the object itself, and of nothing within it")
    func leftOut() {
        #expect(canonical(#"{"user":"x","a":{"user":"y"}}"#, leavingOut: ["user"]) == Spelling(#"{"a":{"user":"y"}}"#))
        #expect(canonical(#"{"\u0075ser":"x"}"#, leavingOut: ["user"]) == "{}")
        #expect(canonical(#"{"user":1,"user":2}"#, leavingOut: ["user"]) == nil)
    }

    @Test(
        "a random document has one spelling however it is written, and another once it is changed",
        arguments: UInt64(1)...200)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let document = Document.object((0..<4).map { ("k\($0)", Document.random(depth: 4, &random)) })
        let spelling = try #require(canonical(document.written(&random)))
        for _ in 0..<8 { #expect(canonical(document.written(&random)) == spelling) }
        #expect(canonical(spelling.description) == spelling, "it is a document that means the same")
        let changed = document.changed(&random)
        if changed != document { #expect(canonical(changed.written(&random)) != spelling) }
    }
}

/// A JSON document to be written in one of its many ways.
private indirect enum Document: Equatable {
    case null, bool(Bool), number(Int, exponent: Int), string([Unicode.Scalar])
    case array([Document])
    /// Members with names that are all different.
    case object([(String, Document)])

    static func == (left: Document, right: Document) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.number(let one, let first), .number(let other, let second)):
            one == other && (first == second || one == 0)
        case (.string(let one), .string(let other)): one == other
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)):
            one.map(\.0) == other.map(\.0) && one.map(\.1) == other.map(\.1)
        default: false
        }
    }

    private static let letters: [Unicode.Scalar] = [
        "a", "B", " ", "\"", "\\", "/", "\n", "\u{1}", "é", "\u{301}", "😀", "\u{7F}",
    ]

    static func random(depth: Int, _ random: inout SeededGenerator) -> Document {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 4), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2:
            // Without a zero at its end, so that equal numbers are equal documents.
            let digits = Int.random(in: -9_999...9_999, using: &random)
            return .number(digits % 10 == 0 ? digits + 1 : digits, exponent: .random(in: -5...5, using: &random))
        case 3:
            return .string(
                (0..<Int.random(in: 0...5, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
        case 4, 5:
            return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in .random(depth: depth - 1, &random) })
        default:
            let names = ["a", "b", "aa", "B", "é", "a\"b", ""].shuffled(using: &random).prefix(
                .random(in: 0...5, using: &random))
            return .object(names.map { ($0, .random(depth: depth - 1, &random)) })
        }
    }

    /// Another document, most of the time.
    func changed(_ random: inout SeededGenerator) -> Document {
        switch self {
        case .object(var members) where !members.isEmpty:
            let index = Int.random(in: 0..<members.count, using: &random)
            members[index].1 = members[index].1.changed(&random)
            return .object(members)
        case .array(var elements) where !elements.isEmpty:
            let index = Int.random(in: 0..<elements.count, using: &random)
            elements[index] = elements[index].changed(&random)
            return .array(elements)
        case .string(let scalars): return .string(scalars + ["a"])
        case .number(let digits, let exponent): return .number(digits, exponent: exponent + 1)
        case .null: return .bool(false)
        default: return .null
        }
    }

    func written(_ random: inout SeededGenerator) -> String {
        func space() -> String { ["", "", " ", "\n\t"].randomElement(using: &random) ?? "" }
        switch self {
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .number(let digits, let exponent): return Self.written(digits, exponent, &random)
        case .string(let scalars): return Self.written(scalars, &random)
        case .array(let elements):
            let parts = elements.map { space() + $0.written(&random) + space() }
            return "[" + (parts.isEmpty ? space() : parts.joined(separator: ",")) + "]"
        case .object(let members):
            let parts = members.shuffled(using: &random).map { name, value in
                space() + Self.written(Array(name.unicodeScalars), &random) + space() + ":" + space()
                    + value.written(&random)
                    + space()
            }
            return "{" + (parts.isEmpty ? space() : parts.joined(separator: ",")) + "}"
        }
    }

    /// `digits` × 10^`exponent`, with the point and the exponent wherever they happen to be.
    private static func written(_ digits: Int, _ exponent: Int, _ random: inout SeededGenerator) -> String {
        let sign = digits < 0 ? "-" : ""
        let zeros = Int.random(in: 0...2, using: &random)
        var text = "\(digits.magnitude)" + String(repeating: "0", count: zeros)
        var power = exponent - zeros
        let fraction = Int.random(in: 0...4, using: &random)
        if fraction > 0 {
            while text.count <= fraction { text = "0" + text }
            text = "\(text.dropLast(fraction)).\(text.suffix(fraction))"
            power += fraction
        }
        if power == 0, Bool.random(using: &random) { return sign + text }
        let mark = Bool.random(using: &random) ? "e" : "E"
        return sign + text + mark + (power >= 0 && Bool.random(using: &random) ? "+" : "") + "\(power)"
    }

    private static func written(_ scalars: [Unicode.Scalar], _ random: inout SeededGenerator) -> String {
        var text = "\""
        for scalar in scalars {
            let mustEscape = scalar.value < 32 || scalar == "\"" || scalar == "\\"
            if mustEscape || Int.random(in: 0..<3, using: &random) == 0 {
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16, uppercase: .random(using: &random))
                    text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
