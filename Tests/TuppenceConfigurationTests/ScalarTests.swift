import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("How values are written")
struct ScalarTests {
    @Test(
        "sizes",
        arguments: [
            ("1", 1), ("1B", 1), ("512KB", 524_288), ("512KiB", 524_288), ("32MB", 33_554_432), ("1GB", 1_073_741_824),
            ("1023GB", 1_098_437_885_952), ("1024GB", nil), ("0", nil), ("0MB", nil), ("", nil), ("MB", nil),
            ("-1", nil),
            ("1.5MB", nil), ("32mb", nil), ("1TB", nil), ("9223372036854775807GB", nil),
        ] as [(String, Int?)])
    func sizes(text: String, bytes: Int?) { #expect(Scalar.bytes(text) == bytes) }

    @Test(
        "whole numbers within bounds",
        arguments: [
            ("1", 1), ("10", 10), ("1_0", 10), ("0", nil), ("11", nil), ("_1", nil), ("+1", nil), ("1.0", nil),
            ("", nil),
            ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func integers(text: String, value: Int?) { #expect(Scalar.integer(text, in: 1...10) == value) }

    @Test(
        "base URLs, without the slash at the end",
        arguments: [
            ("https://api.openai.com/v1", "https://api.openai.com/v1"), ("http://h", "http://h"),
            ("http://127.0.0.1:9001/v1///", "http://127.0.0.1:9001/v1"),
            ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
            ("api.openai.com/v1", nil), ("ftp://h/v1", nil), ("https://", nil), ("https:///v1", nil),
            ("http://:80", nil),
            ("http://h:0/", nil), ("http://h:65536", nil), ("http://h:x", nil), ("http://h/v1?key=1", nil),
            ("http://h/v1#a", nil), ("http://user:password@h/v1", nil), ("http://h/a b", nil), ("http://[::1", nil),
            ("http://h\u{E9}/", nil),
        ] as [(String, String?)])
    func baseURLs(text: String, url: String?) { #expect(Scalar.baseURL(text) == url) }

    @Test(
        "names that suggestions find",
        arguments: [
            ("budgts", "budgets"), ("budgest", "budgets"), ("kyes", "keys"), ("cached", "cached_input"),
            ("rout", "routes"),
            ("provider", "providers"), ("xyz", nil), ("per", nil), ("k", nil),
        ] as [(String, String?)])
    func suggestions(word: String, name: String?) {
        let names = ["keys", "routes", "budgets", "providers", "cached_input"]
        #expect(Suggestion.nearest(to: word, among: names) == name)
    }

    @Test(
        "letters to change",
        arguments: [
            ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1),
            ("abc", "bca", 2), ("kitten", "sitting", 3),
        ])
    func distances(left: String, right: String, distance: Int) { #expect(Suggestion.distance(left, right) == distance) }

    @Test("the stable hash is FNV-1a")
    func hash() {
        // From the test vectors of the algorithm's authors.
        #expect(StableHash.hex("") == "cbf29ce484222325")
        #expect(StableHash.hex("a") == "af63dc4c8601ec8c")
        #expect(StableHash.hex("foobar") == "85944171f73967e8")
    }
}
