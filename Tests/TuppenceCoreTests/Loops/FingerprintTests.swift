import Testing
import TuppenceCore

@Suite("What makes two requests nearly the same")
struct FingerprintTests {
    private func fingerprint(_ texts: String...) -> UInt64 {
        var fingerprint = Fingerprint()
        for text in texts { Array(text.utf8).withUnsafeBytes { fingerprint.add($0) } }
        return fingerprint.value
    }

    private static let long = String(repeating: "All work and no play makes Jack a dull boy. ", count: 40)
    private static let book = String(repeating: "It was the best of times, it was the worst of times. ", count: 2_000)

    @Test(
        "ids, dates and times do not tell them apart",
        arguments: [
            (#"{"id":"call_9tPqXwZ1","name":"ls"}"#, #"{"id":"call_Ab7dEfGhIj","name":"ls"}"#),
            ("It is 2026-11-24T10:33:22.120Z. Go on.", "It is 2027-01-01T00:00:00Z. Go on."),
            ("On 2026-11-24, 10:33:22", "On 2026-11-25, 10:35:59"),
            ("job 3f2a8c1e-77aa-4b0e-9d2f-0123456789ab", "job 0aa1bb2c-1234-4fff-8eee-fedcba987654"),
            ("Go   on,\t3f2a8c1e", "Go on,\n 0aa1bb2c"),
            ("run 1764000000 failed", "run 17640000001 failed"),
            (long + "run 3f2a8c1e77aa ended " + long, long + "run 0aa1bb2c1234 ended " + long),
            (long + "at 10:33:22 it ended " + long, long + "at 11:35:59 it ended " + long),
        ])
    func alike(one: String, other: String) { #expect(fingerprint(one) == fingerprint(other)) }

    @Test(
        "words, short numbers, other scripts and other names do",
        arguments: [
            ("What is 17 + 25?", "What is 17 + 26?"), ("What is 12345?", "What is 12346?"),
            ("Translate: dog", "Translate: cat"), ("Is it so?", "Is it not so?"),
            ("你好，世界", "你好，朋友"), ("你们好 2026-11-24", "我们好 2026-11-24"),
            (#"\u4f60\u597d"#, #"\u4f60\u6211"#), ("Größe", "Grüße"),
            ("a", "b"), ("", "a"), ("internationalization", "internationalisation"),
            (String(repeating: "x", count: 64), String(repeating: "x", count: 65)),
            (long + "dog" + long, long + "cat" + long), (long + "#", long + "!#!x"),
            (long + #"\u4f60\u597d"# + long, long + #"\u4f60\u6211"# + long),
            (long + "你好" + long, long + "朋友" + long),
            (book + "Who wrote it?", book + "When was it?"), ("Who wrote it? " + book, "When was it? " + book),
        ])
    func different(one: String, other: String) { #expect(fingerprint(one) != fingerprint(other)) }

    @Test("every part counts, in its place")
    func parts() {
        #expect(fingerprint("one", "two") != fingerprint("two", "one"))
        #expect(fingerprint("one", "two") != fingerprint("one", "three"))
        var small = Fingerprint()
        small.add("chat-small")
        var large = Fingerprint()
        large.add("chat-large")
        #expect(small.value != large.value)
    }

    @Test("a change anywhere in a message of some pages is seen")
    func everywhere() {
        let text = Array(Self.long.utf8)
        let whole = text.withUnsafeBytes { bytes in
            var fingerprint = Fingerprint()
            fingerprint.add(bytes)
            return fingerprint.value
        }
        for place in text.indices where text[place] != UInt8(ascii: " ") {
            var other = text
            other[place] = UInt8(ascii: "q")
            other.withUnsafeBytes { bytes in
                var fingerprint = Fingerprint()
                fingerprint.add(bytes)
                #expect(fingerprint.value != whole, "at byte \(place)")
            }
        }
    }

    @Test("messages of every length are read without looking beyond them")
    func lengths() {
        for count in 0...700 {
            let text = Array(Self.long.utf8.prefix(count))
            // Whatever lies behind it in memory must not count.
            let one = (text + [1, 2, 3]).withUnsafeBytes { bytes in
                var fingerprint = Fingerprint()
                fingerprint.add(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                return fingerprint.value
            }
            let other = (text + Array("abcdefghijklmnop".utf8)).withUnsafeBytes { bytes in
                var fingerprint = Fingerprint()
                fingerprint.add(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                return fingerprint.value
            }
            #expect(one == other, "\(count) bytes")
        }
    }
}
