import Testing

@testable import TuppenceConsole

@Suite("Text that goes into addresses and metrics")
struct TextTests {
    @Test(
        "a name is one part of a path, whatever is in it",
        arguments: [
            ("app-1_x~", "app-1_x~"), ("a/b", "a%2Fb"), ("..", "%2E%2E"), ("a b?c#d", "a%20b%3Fc%23d"),
            ("\"><script>", "%22%3E%3Cscript%3E"), ("é", "%C3%A9"), ("100%", "100%25"), ("a&b=c", "a%26b%3Dc"),
            ("", ""),
        ])
    func pathParts(name: String, part: String) { #expect(name.asPathPart == part) }

    @Test("labels of metrics end where they are to, whatever callers call themselves") func labels() {
        var exposition = Exposition()
        exposition.single("x_total", .counter, "Of all\nthings.", .whole(3))
        exposition.sample("x_total", ["key": "a\"b\\c\nd"], .billionths(1_500_000_000))
        #expect(
            exposition.text == """
                # HELP x_total Of all\\nthings.
                # TYPE x_total counter
                x_total 3
                x_total{key="a\\"b\\\\c\\nd"} 1.5

                """)
    }

    @Test("versions are tags, and what is none of ours is nobody's") func entityTags() {
        #expect(EntityTag.text(7) == "\"7\"")
    }

    @Test("JSON of the console has names in snake_case, in a fixed order") func json() {
        struct Line: Encodable {
            var spentNanodollars = 5
            var aName = "a/b"
        }
        #expect(ConsoleJSON.text(Line()) == #"{"a_name":"a/b","spent_nanodollars":5}"#)
    }

    @Test(
        "days are from one to ninety, and seven where nothing is said",
        arguments: [(nil, 7), ("1", 1), ("90", 90), ("0", nil), ("91", nil), ("-1", nil), ("x", nil), ("", nil)]
            as [(String?, Int?)])
    func days(text: String?, count: Int?) { #expect((try? ExperimentDays(text))?.count == count) }
}
