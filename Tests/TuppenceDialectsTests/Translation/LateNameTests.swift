import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Calls whose parts come in another order than OpenAI's.
@Suite("Calls in chunks")
struct LateNameTests {
    private func told(_ calls: [String]) -> (calls: [ToldAnswer.Call], faults: [String]) {
        let chunks = calls.map { #"{"id":"x","choices":[{"index":0,"delta":{"tool_calls":[\#($0)]}}]}"# }
        let end = #"{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#
        let body = (chunks + [end, "[DONE]"]).map { "data: \($0)\n\n" }.joined()
        let (answer, faults) = ToldAnswer.collect(events(of: OpenAIChat.self, Array(body.utf8)))
        return (answer.choices[0]?.calls ?? [], faults)
    }

    private static let whole = [ToldAnswer.Call(id: "c1", name: "f", arguments: #"{"a":1}"#)]

    @Test(
        "begin with their name, however late it comes",
        arguments: [
            [
                #"{"index":0,"id":"c1"}"#, #"{"index":0,"function":{"name":"f"}}"#,
                #"{"index":0,"function":{"arguments":"{\"a\":1}"}}"#,
            ],
            [
                #"{"index":0,"id":"c1","function":{"name":"","arguments":"{\"a\":"}}"#,
                #"{"index":0,"function":{"name":"f","arguments":"1}"}}"#,
            ],
            [#"{"id":"c1"}"#, #"{"function":{"name":"f","arguments":"{\"a\":1}"}}"#],
            // The id comes behind the arguments.
            [#"{"index":0,"function":{"arguments":"{\"a\":1}"}}"#, #"{"index":0,"id":"c1","function":{"name":"f"}}"#],
        ])
    func late(calls: [String]) {
        let (told, faults) = self.told(calls)
        #expect(told == Self.whole && faults.isEmpty)
    }

    @Test("are one where each fragment has an id of its own, and two where it has a name as well")
    func ids() {
        let first = #"{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":"}}"#
        let rest = #"{"index":0,"id":"c2","function":{"arguments":"1}"}}"#
        #expect(told([first, rest]).calls == Self.whole)
        let other = #"{"index":0,"id":"c2","function":{"name":"g","arguments":"{}"}}"#
        let one = #"{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"}}"#
        #expect(told([one, other]).calls == Self.whole + [.init(id: "c2", name: "g", arguments: "{}")])
    }

    @Test(
        "have the whole of a name that comes in pieces, and one that is said over and over once",
        arguments: [
            [
                #"{"index":0,"id":"c1","function":{"name":"get_","arguments":""}}"#,
                #"{"index":0,"function":{"name":"weather"}}"#,
                #"{"index":0,"function":{"arguments":"{\"a\":1}"}}"#,
            ],
            [
                #"{"index":0,"id":"c1","function":{"name":"get_weather"}}"#,
                #"{"index":0,"id":"c1","function":{"name":"get_weather","arguments":"{\"a\":"}}"#,
                #"{"index":0,"id":"c1","function":{"name":"get_weather","arguments":"1}"}}"#,
            ],
        ])
    func pieces(calls: [String]) {
        let (told, faults) = self.told(calls)
        #expect(told == [.init(id: "c1", name: "get_weather", arguments: #"{"a":1}"#)] && faults.isEmpty)
    }

    @Test("are apart where each is no more than its name")
    func names() {
        let (told, faults) = self.told([
            #"{"index":0,"id":"c1","function":{"name":"f"}}"#, #"{"index":0,"id":"c2","function":{"name":"g"}}"#,
            #"{"index":1,"id":"c3","function":{"name":"h"}}"#,
        ])
        #expect(told.map(\.name) == ["f", "g", "h"] && told.map(\.id) == ["c1", "c2", "c3"] && faults.isEmpty)
    }

    @Test(
        "without ids at one index are apart where a name comes behind whole arguments, and not before",
        arguments: [
            (
                [
                    #"{"index":0,"function":{"name":"f","arguments":"{\"a\":\"}\"}"}}"#,
                    #"{"index":0,"function":{"name":"f","arguments":"{\"a\":2}"}}"#,
                    #"{"index":0,"id":"","function":{"name":"g","arguments":"{}"}}"#,
                ], [#"f {"a":"}"}"#, #"f {"a":2}"#, "g {}"]
            ),
            (
                [
                    #"{"index":0,"function":{"name":"f","arguments":"{\"a\":"}}"#,
                    #"{"index":0,"function":{"name":"f","arguments":"\"}\"}"}}"#,
                    // Said once more at the end.
                    #"{"index":0,"function":{"name":"f","arguments":""}}"#,
                    #"{"index":0,"function":{"name":"g"}}"#, #"{"index":0,"function":{"arguments":"{\"b\":1}"}}"#,
                ], [#"f {"a":"}"}"#, #"g {"b":1}"#]
            ),
            (
                [#"{"index":0,"function":{"arguments":"{}"}}"#, #"{"index":0,"function":{"name":"f"}}"#], ["f {}"]
            ),
        ] as [([String], [String])])
    func withoutIDs(fragments: [String], expected: [String]) {
        let (told, faults) = self.told(fragments)
        #expect(told.map { "\($0.name) \($0.arguments)" } == expected && faults.isEmpty)
        #expect(Set(told.map(\.id)).count == expected.count)
    }

    @Test("that never get a name are told at the end")
    func nameless() {
        let (told, faults) = self.told([#"{"index":0,"id":"c1","function":{"arguments":"{}"}}"#])
        #expect(told == [.init(id: "c1", name: "", arguments: "{}")] && faults.isEmpty)
    }
}
