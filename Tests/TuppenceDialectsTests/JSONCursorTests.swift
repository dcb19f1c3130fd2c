import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Reading JSON")
struct JSONCursorTests {
    @Test(
        "what RFC 8259 calls JSON is read",
        arguments: [
            "0", "-0", "1", "-1", "10", "1.0", "0.1", "-0.0", "1e1", "1E1", "1e+1", "1e-1", "0e0", "1.5e300", "1e99999",
            "123456789012345678901234567890", "true", "false", "null", "\"\"", "\"a\"", "\"\\u0000\"",
            "\"\\uD83D\\uDE00\"", "\"\\ud800\"",
            "\"\\udc00\\ud800\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\u{7F}\u{2028}é😀\"", "[]", "[ ]", "[1]", "[1,2]",
            "[ 1 , 2 ]", "[[],{}]", "{}", "{ }",
            "{\"a\":1}", "{\"a\":1,\"a\":2}", "{\"\":0}", " \t\r\n1 \t\r\n", "[null,\n\ttrue]", everything, nested(256),
            nested(256, "{\"a\":", "}", core: "1"),
            nested(255, core: "{}"),
        ])
    func valid(text: String) { #expect(accepts(text)) }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", " ", "\u{FEFF}1", "01", "-01", "00", "-", "+1", ".5", "1.", "1.e1", "1e", "1e+", "1e-", "0x1", "1_0",
            "Infinity", "NaN", "-Infinity", "- 1",
            "1 2", "tru", "truex", "True", "TRUE", "nul", "nulll", "undefined", "t", "f", "n", "\"", "\"a", "'a'",
            "\"\\\"", "\"\\a\"", "\"\\x41\"", "\"\\u\"", "\"\\u12\"", "\"\\u123\"",
            "\"\\u123g\"", "\"\\u+123\"", "\"\\U0041\"", "\"\\\n\"", "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"",
            "\"abcdefg\u{1}hijklmnop\"", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1}", "[1,,2]",
            "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}", "{\"a\" 1}",
            "{\"a\"::1}", "{\"a\":1 \"b\":2}", "{\"a\":1]", "{\"a\",1}", "{\"a\":}",
            "{}{}", "[]]", "1,", "\"a\"b", "null null", "//x\n1", "/**/1", "1//x", "\u{A0}1", "\u{B}1", nested(257),
            nested(257, "{\"a\":", "}", core: "1"), nested(256, core: "{}"),
            nested(100_000, "[", ""),
        ])
    func invalid(text: String) { #expect(!accepts(text)) }

    @Test("every beginning of a document is refused") func truncation() {
        let bytes = Array(everything.utf8)
        #expect(accepts(bytes))
        for count in 0..<bytes.count { #expect(!accepts(Array(bytes.prefix(count))), "\(count)") }
    }

    @Test("a string is read wherever its end lies among the bytes that are looked at together") func alignment() {
        for count in 0..<200 {
            for special in ["", "\\n", "\\u0041", "é", "\\\""] {
                let text = String(repeating: "x", count: count) + special + String(repeating: "y", count: 199 - count)
                withBytes("\"" + text + "\" ") { bytes in
                    var cursor = JSONCursor(bytes)
                    let read = try? cursor.string()
                    #expect(read.map { string($0.bytes) } == text)
                    #expect(read?.isEscaped == special.hasPrefix("\\"))
                    #expect(cursor.position == bytes.count - 1)
                }
                #expect(!accepts("\"" + text + "\u{1}\""))
                #expect(!accepts("\"" + text))
            }
        }
    }

    @Test(
        "every control character within a string is refused, and every other byte of ASCII read",
        arguments: UInt8(0)..<128)
    func characters(byte: UInt8) {
        for place in [0, 3, 7, 8, 12] {
            var text = [UInt8](repeating: 97, count: 13)
            text[place] = byte
            let isPlain = byte >= 32 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            // "\a" is no escape; a quote leaves letters behind.
            #expect(accepts([34] + text + [34]) == isPlain, "\(place)")
        }
    }

    @Test(
        "an error says where and why",
        arguments: [("[1,]", 3), ("{\"a\" 1}", 5), ("  x", 2), ("[1] 2", 4), ("\"a\u{1}\"", 2), ("tru", 0), ("[1", 2)])
    func offsets(text: String, offset: Int) {
        let error = fault(text)
        #expect(error?.offset == offset)
        #expect(error?.reason.isEmpty == false)
    }

    @Test("a value's range leaves out the white space around it") func ranges() throws {
        try withBytes("  [ 1, \"x\" ]  ") { bytes in
            var cursor = JSONCursor(bytes)
            let range = try cursor.skipValue()
            #expect(range == 2..<12)
        }
    }

    @Test(
        "the kind of a value shows in its first byte",
        arguments: [
            ("{", .object), ("[", .array), ("\"", .string), ("-", .number), ("0", .number), ("9", .number),
            ("t", .bool), ("f", .bool), (" n", .null), ("", nil),
            ("+", nil), ("N", nil), (":", nil), ("/", nil),
        ] as [(String, JSONCursor.Kind?)])
    func kinds(text: String, kind: JSONCursor.Kind?) {
        withBytes(text) { bytes in
            var cursor = JSONCursor(bytes)
            #expect((try? cursor.kind()) == kind)
        }
    }

    @Test(
        "a number has its value where it is written as an integer that fits",
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("9223372036854775807", .max), ("-9223372036854775807", -.max),
            ("9223372036854775808", nil),
            ("-9223372036854775808", nil), ("1.0", nil), ("1e2", nil), ("99999999999999999999999", nil),
        ] as [(String, Int?)])
    func integers(text: String, value: Int?) throws {
        try withBytes(text) { bytes in
            var cursor = JSONCursor(bytes)
            let number = try cursor.number()
            #expect(number.integer == value)
            #expect(number.text == text)
        }
    }

    @Test(
        "on mutated documents Foundation is of the same opinion, but for what it is known to allow",
        arguments: UInt64(1)...40)
    func foundation(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let alphabet = Array("{}[]:,\"\\/0123456789.-+eEtrufalsn x\n\t\u{1}é".utf8)
        for _ in 0..<100 {
            var bytes = Array(everything.utf8)
            for _ in 0...Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                default: bytes.remove(at: place)
                }
            }
            // The cursor leaves UTF-8 to ``isValidUTF8``, which every request meets first.
            let ours = accepts(bytes) && bytes.withUnsafeBytes(isValidUTF8)
            let theirs = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            if ours != theirs { #expect(isKnownDifference(string(bytes), ours: ours), "\(ours): \(string(bytes))") }
        }
    }

    /// Foundation allows a comma behind the last element, which RFC 8259 does not. It refuses escapes of lone surrogates,
    /// which RFC 8259 §8.2 lets stand, and numbers too large for it.
    private func isKnownDifference(_ text: String, ours: Bool) -> Bool {
        guard ours else { return text.contains(/,\s*[\]}]/) }
        let lone = text.replacing("\\ud83d\\ude00", with: "")
        return lone.contains(/\\u[dD][89a-fA-F]/) || text.contains(/[eE]\+?\d{3,}/)
    }
}

@Suite("Text within JSON")
struct JSONTextTests {
    private func text(_ literal: String, _ body: (JSONText) -> Void) throws {
        try withBytes(literal) { bytes in
            var cursor = JSONCursor(bytes)
            body(try cursor.string())
        }
    }

    @Test(
        "escapes are resolved as JSONDecoder resolves them",
        arguments: [
            #""""#, #""plain""#, #""é😀""#, #""\"\\\/\b\f\n\r\t""#, #""\u0041\u00e9\u20AC\uFFFF""#, #""\ud83d\ude00""#,
            #""a\uD83D\uDE00b""#, #""\u0000""#,
            #""\ud83d\ude00\ud83d\ude00""#, #""\u005c\u0022""#, #""\\u0041""#, #""é\n😀""#,
        ])
    func decoded(literal: String) throws {
        let expected = try JSONDecoder().decode(String.self, from: Data(literal.utf8))
        try text(literal) { #expect(Array($0.decoded.utf8) == Array(expected.utf8)) }
    }

    @Test(
        "a lone surrogate becomes U+FFFD",
        arguments: [
            (#""\ud800""#, "\u{FFFD}"), (#""\udc00""#, "\u{FFFD}"), (#""\ud800x""#, "\u{FFFD}x"),
            (#""\ud800\n""#, "\u{FFFD}\n"),
            (#""\ud800\u0041""#, "\u{FFFD}A"), (#""\ud800\ud83d\ude00""#, "\u{FFFD}😀"),
            (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\ud83d\u""#, nil),
        ] as [(String, String?)])
    func surrogates(literal: String, expected: String?) throws {
        guard let expected else { return #expect(!accepts(literal)) }
        try text(literal) { #expect($0.decoded == expected) }
    }

    @Test(
        "a key is equal to a name however it is escaped",
        arguments: [
            (#""model""#, true), (#""mod\u0065l""#, true), (#""\u006d\u006F\u0064\u0065\u006c""#, true),
            (#""Model""#, false), (#""models""#, false), (#""mode""#, false), (#""""#, false),
            (#""mod\\u0065l""#, false),
        ])
    func equality(literal: String, isEqual: Bool) throws {
        try text(literal) { #expect($0.equals("model") == isEqual) }
    }

    @Test(
        "a text begins with a prefix however it is escaped",
        arguments: [
            (#""data:/x""#, true), (#""data:/""#, true), (#""data:""#, false), (#""\u0064ata:/""#, true),
            (#""data:\/x\n""#, true), (#""data:\\/""#, false), (#""data:\/""#, true), (#""dat\n""#, false),
            (#""\u0064\u0061\u0074\u0061\u003a\u002f""#, true), (#""\ud83d\ude00data:/""#, false), (#""\n""#, false),
        ])
    func prefix(literal: String, hasPrefix: Bool) throws {
        try text(literal) { #expect($0.hasPrefix("data:/") == hasPrefix) }
    }

    @Test(
        "what is quoted is read back",
        arguments: ["", "a", "\"\\/", "\u{0}\u{1}\u{1F}\n\r\t\u{7F}", "é😀\u{2028}", "</script>"])
    func quoting(original: String) throws {
        let bytes = JSONWriting.quoted(original)
        #expect(accepts(bytes))
        #expect(try JSONDecoder().decode(String.self, from: Data(bytes)) == original)
        try text(string(bytes)) { #expect($0.decoded == original) }
    }
}

@Suite("UTF-8")
struct UTF8CheckTests {
    @Test(
        "well-formed and ill-formed sequences, at both ends of each range",
        arguments: [
            ([], true), ([0x7F], true), ([0x80], false), ([0xBF], false), ([0xC0, 0x80], false), ([0xC1, 0xBF], false),
            ([0xC2, 0x80], true), ([0xDF, 0xBF], true), ([0xC2], false),
            ([0xC2, 0x7F], false), ([0xC2, 0xC0], false), ([0xE0, 0x9F, 0xBF], false), ([0xE0, 0xA0, 0x80], true),
            ([0xE0, 0xA0], false), ([0xED, 0x9F, 0xBF], true),
            ([0xED, 0xA0, 0x80], false), ([0xED, 0xBF, 0xBF], false), ([0xEE, 0x80, 0x80], true),
            ([0xEF, 0xBF, 0xBF], true), ([0xF0, 0x8F, 0xBF, 0xBF], false),
            ([0xF0, 0x90, 0x80, 0x80], true), ([0xF0, 0x90, 0x80], false), ([0xF4, 0x8F, 0xBF, 0xBF], true),
            ([0xF4, 0x90, 0x80, 0x80], false), ([0xF5, 0x80, 0x80, 0x80], false),
            ([0xFE], false), ([0xFF], false),
        ] as [([UInt8], Bool)])
    func table(bytes: [UInt8], isValid: Bool) {
        #expect(bytes.withUnsafeBytes(isValidUTF8) == isValid)
        for padding in [1, 5, 7, 8, 9, 16] {
            let padded = [UInt8](repeating: 65, count: padding) + bytes + [UInt8](repeating: 65, count: 9)
            #expect(padded.withUnsafeBytes(isValidUTF8) == isValid, "\(padding)")
        }
    }

    @Test("the standard library is of the same opinion on random bytes", arguments: UInt64(1)...20)
    func agreement(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let likely: [UInt8] = [
            0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5,
        ]
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? likely[Int.random(in: 0..<likely.count, using: &random)]
                    : UInt8.random(in: 0...255, using: &random)
            }
            #expect(bytes.withUnsafeBytes(isValidUTF8) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}

@Suite("Edits of bytes")
struct ByteEditsTests {
    private func apply(_ edits: [ByteEdit], to text: String) -> String {
        var all = ByteEdits()
        for edit in edits { all.add(edit) }
        #expect(all.isEmpty == edits.isEmpty)
        return withBytes(text) { bytes in
            let result = all.applied(to: bytes)
            #expect(all.count(of: bytes.count) == result.count)
            var pieces: [UInt8] = []
            all.forEachPiece(of: bytes) { pieces += $0 }
            #expect(pieces == result)
            return string(result)
        }
    }
    private func edit(_ range: Range<Int>, _ text: String) -> ByteEdit { ByteEdit(range, Array(text.utf8)) }

    @Test("edits apply in order of their places, in whatever order they came") func order() {
        let edits = [edit(0..<1, "A"), edit(2..<4, ""), edit(5..<5, "++"), edit(6..<6, "!")]
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            #expect(apply(order.map { edits[$0] }, to: "abcdef") == "Abe++f!")
        }
    }

    @Test(
        "the ends and the empty text",
        arguments: [
            ("", 0..<0, "x", "x"), ("abc", 0..<0, "x", "xabc"), ("abc", 3..<3, "x", "abcx"), ("abc", 0..<3, "x", "x"),
            ("abc", 0..<3, "", ""), ("abc", 1..<2, "bb", "abbc"),
        ])
    func ends(text: String, range: Range<Int>, replacement: String, result: String) {
        #expect(apply([edit(range, replacement)], to: text) == result)
        #expect(apply([], to: text) == text)
    }

    @Test("insertions at one place stay in the order they came") func insertions() {
        #expect(apply([edit(1..<1, "1"), edit(1..<1, "2")], to: "ab") == "a12b")
    }

    @Test("an insertion before a replacement at the same place comes before it") func mixed() {
        #expect(apply([edit(1..<1, "1"), edit(1..<2, "B")], to: "ab") == "a1B")
        #expect(apply([edit(1..<2, "B"), edit(1..<1, "1")], to: "ab") == "a1B")
    }
}
