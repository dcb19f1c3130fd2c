import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Counts a JSON string, given without its quotes.
private func tokens(_ json: String) -> TextTokens {
    let quoted = Array("\"\(json)\"".utf8)
    return quoted.withUnsafeBytes { bytes in
        var cursor = JSONCursor(bytes)
        guard let text = try? cursor.string() else { preconditionFailure("no JSON string: \(json)") }
        return TextScan.tokens(in: text)
    }
}

@Suite("The most tokens of a text")
struct TextScanTests {
    @Test(
        "known words have the tokens that vocabularies say, with the space before them",
        arguments: [("", 0), ("the", 1), (" the", 1), ("the and the", 3), ("The return of function", 4)])
    func words(text: String, most: Int) {
        #expect(tokens(text).large == most)
        #expect(tokens(text).any >= tokens(text).large)
    }

    @Test("everyday English has about a token for each four bytes")
    func english() {
        let text = "Nobody knows how many of these words will be in the next answer, but they can all be paid for."
        #expect(tokens(text).large < text.utf8.count / 3)
        #expect(tokens(text).any < text.utf8.count / 3)
    }

    @Test("letters that nobody writes side by side are a token each")
    func rareLetters() {
        #expect(tokens("qxzjqxzjqxzjqxzj").any >= 14)
    }

    @Test("digits count one by one, and by threes where a vocabulary takes them so", arguments: 1...20)
    func digits(count: Int) {
        let found = tokens(String(repeating: "7", count: count))
        #expect(found.any == count)
        #expect(found.large == count)
        #expect(found.grouped == (count + 2) / 3)
    }

    @Test("a name in one word is counted by its parts, or by its letters where that is less")
    func names() {
        #expect(tokens("getElementById").large <= 7)
        #expect(tokens("getElementById").large >= 4)
    }

    @Test(
        "an escape counts as the character that it stands for",
        arguments: [
            (#"a\nb"#, "a\u{0A}b"), (#"say \"hello\" to"#, "say \"hello\" to"), (#"a\/b"#, "a/b"), (#"c:\\d"#, "c:\\d"),
        ])
    func escapes(escaped: String, plain: String) {
        // The same text, read as text that has no escapes.
        let bytes = Array(plain.utf8)
        let found = bytes.withUnsafeBytes { TextScan.tokens(in: JSONText(bytes: $0, isEscaped: false)) }
        #expect(tokens(escaped) == found)
    }

    @Test(
        "a character written by its number has no fewer tokens than the character",
        arguments: [(#"\u0041"#, "A"), (#"\u00e9"#, "é"), (#"\u4f60"#, "你"), (#"\ud83d\ude00"#, "😀")])
    func numbers(escaped: String, plain: String) {
        #expect(tokens(escaped).any >= tokens(plain).any)
        #expect(tokens(escaped).large >= tokens(plain).large)
    }

    @Test("long white space and long rows of one sign are few tokens")
    func rows() {
        #expect(tokens(String(repeating: " ", count: 64)).large <= 3)
        #expect(tokens(String(repeating: #"\n"#, count: 64)).any == 64)
        #expect(tokens(String(repeating: "-", count: 80)).any <= 12)
        #expect(tokens(String(repeating: "~", count: 80)).any > 40)
    }

    @Test("an apostrophe cuts the ends of verbs off, so that nothing is known of letters behind it")
    func apostrophes() {
        #expect(tokens("'the").any > tokens("(the").any)
    }

    @Test("two texts together have no more tokens than both, but for one where they meet", arguments: UInt64(1)...40)
    func joined(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let pieces = [
            "the", " the", "qx", "getElement", "(", ")", " ", "   ", "'", "12", "é", "你", "😀", "-----", "=", "Hello",
            "\\n",
            "\\t", "\\\"", "tokenizer", "ABC", ".", "—", "\\u00e9",
        ]
        func text() -> String {
            (0..<Int.random(in: 1...8, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }
            .joined()
        }
        for _ in 0..<50 {
            let (first, second) = (text(), text())
            #expect(
                tokens(first + " . " + second).any <= tokens(first).any + tokens(second).any + 4, "\(first) . \(second)"
            )
        }
    }

    @Test("whatever the bytes are, the scan ends within them", arguments: UInt64(1)...30)
    func anything(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<200 {
            let scalars = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                Unicode.Scalar(UInt32.random(in: 0x20...0x2FFFF, using: &random)) ?? "\""
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            let json = JSONWriting.quoted(String(text))
            let found = json.withUnsafeBytes { bytes in
                var cursor = JSONCursor(bytes)
                return (try? cursor.string()).map { TextScan.tokens(in: $0) }
            }
            #expect(found.map { $0.any >= $0.large && $0.large >= $0.grouped } == true)
        }
    }
}

@Suite("The most parts of a run")
struct SegmentationTests {
    /// Tries all ways of cutting `count` characters, with what is merged before each of them.
    private func bruteForce(_ merges: [Segmentation.Merges]) -> Int {
        let count = merges.count
        var most = 0
        // A bit is a cut between two characters. The first part may be the end of one that is counted elsewhere.
        for cuts in 0..<(1 << max(count - 1, 0)) {
            var parts: [Int] = [1]
            for place in 1..<max(count, 1) {
                if cuts >> (place - 1) & 1 == 1 { parts.append(1) } else { parts[parts.count - 1] += 1 }
            }
            func holds(_ parts: ArraySlice<Int>, from start: Int) -> Bool {
                var place = start
                for (left, right) in zip(parts, parts.dropFirst()) {
                    place += left
                    let last = place + right - 1
                    if left == 1, right == 1, merges[last].contains(.pair) { return false }
                    if left == 1, right == 2, merges[last].contains(.oneAndTwo) { return false }
                    if left == 2, right == 1, merges[last].contains(.twoAndOne) { return false }
                }
                return true
            }
            if holds(parts[...], from: 0) { most = max(most, parts.count) }
            if holds(parts.dropFirst(), from: parts[0]) { most = max(most, parts.count - 1) }
        }
        return count == 0 ? 0 : most
    }

    @Test("it finds what trying everything finds", arguments: UInt64(1)...200)
    func agreesWithBruteForce(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let count = Int.random(in: 1...10, using: &random)
        var merges = (0..<count).map { _ in Segmentation.Merges(rawValue: UInt8.random(in: 0...7, using: &random)) }
        merges[0] = []
        if count > 1 { merges[1].formIntersection(.pair) }
        var segmentation = Segmentation()
        for merge in merges { segmentation.add(merge) }
        #expect(segmentation.most == bruteForce(merges), "\(merges)")
    }

    @Test("its table counts as it does", arguments: UInt64(1)...50)
    func table(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let table = SegmentationTable()
        var (segmentation, state, most) = (Segmentation(), 0, 0)
        for _ in 0..<100 {
            let merges = UInt8.random(in: 0...7, using: &random)
            segmentation.add(Segmentation.Merges(rawValue: merges))
            most += Int(table.step(&state, merges))
            #expect(segmentation.most == most)
        }
    }
}
