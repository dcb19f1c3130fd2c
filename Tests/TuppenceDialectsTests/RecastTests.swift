import Foundation
import Testing

@testable import TuppenceDialects

/// Answers in the other form of their own dialect.
@Suite("Answers in their other form")
struct RecastTests {
    private func object(_ text: some StringProtocol) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary, "\(text)")
    }

    private func events(_ whole: String, _ endpoint: GovernedEndpoint, usage: Bool = true) throws -> String {
        string(try Recast.events(ofWhole: Array(whole.utf8), of: endpoint, usage: usage, isArray: false))
    }

    private func whole(_ events: String, _ endpoint: GovernedEndpoint) throws -> NSDictionary {
        try object(string(try Recast.whole(ofEvents: Array(events.utf8), of: endpoint)))
    }

    /// Answers with members that no other dialect has, and some that nobody knows.
    private static let answers: [(GovernedEndpoint, String)] = [
        (
            .chat,
            #"{"id":"x","object":"chat.completion","created":1,"model":"m","service_tier":"flex","system_fingerprint":"fp","odd":[1],"choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":null,"reasoning_content":"hm","audio":{"id":"a","data":"AAAA","transcript":"hi","expires_at":7},"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c2","type":"custom","custom":{"name":"g","input":"x"}}],"odd":{"a":1}},"logprobs":{"content":[{"token":"h","logprob":-1}]},"finish_reason":"tool_calls","native_finish_reason":"done"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
        ),
        (
            .chat,
            #"{"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"a","function_call":{"name":"f","arguments":"{}"}},"finish_reason":"function_call"},{"index":1,"message":{"role":"assistant","content":"b"},"finish_reason":"stop"}]}"#
        ),
        (
            .completions,
            #"{"id":"x","object":"text_completion","choices":[{"index":0,"text":"hello","logprobs":{"tokens":["hello"],"token_logprobs":[-1]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
        ),
        (
            .messages,
            #"{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"d"},{"type":"server_tool_use","id":"t","name":"web_search","input":{"query":"q"}},{"type":"web_search_tool_result","tool_use_id":"t","content":[{"type":"web_search_result","url":"u"}]},{"type":"text","text":"hello","citations":[{"type":"x","cited_text":"c"}]},{"type":"tool_use","id":"u","name":"f","input":{}},{"type":"odd","odd":1}],"stop_reason":"tool_use","stop_sequence":null,"container":{"id":"k"},"usage":{"input_tokens":1,"output_tokens":2,"server_tool_use":{"web_search_requests":1}}}"#
        ),
        (
            .responses,
            #"{"id":"r","object":"response","status":"completed","odd":1,"output":[{"type":"web_search_call","id":"w","status":"completed","action":{"type":"search","query":"q"}},{"type":"message","id":"i","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello","annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":2}}"#
        ),
        (
            .generateContent,
            #"{"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"hello","odd":1}]},"finishReason":"STOP","safetyRatings":[{"category":"c"}],"groundingMetadata":{"webSearchQueries":["q"]}}],"usageMetadata":{"promptTokenCount":1},"modelVersion":"v"}"#
        ),
    ]

    @Test("lose nothing on the way there and back", arguments: answers.indices)
    func bothWays(number: Int) throws {
        let (endpoint, answer) = Self.answers[number]
        let events = try events(answer, endpoint)
        #expect(try whole(events, endpoint) == object(answer), "\(events)")
    }

    @Test("are read however they are laid out")
    func layout() throws {
        let (endpoint, answer) = Self.answers[0]
        let laidOut = try JSONSerialization.data(withJSONObject: try object(answer), options: .prettyPrinted)
        let events = try events(string(laidOut), endpoint)
        #expect(try whole(events, endpoint) == object(answer))
    }

    @Test("tell usage in a chat to who asked for it")
    func usage() throws {
        let (endpoint, answer) = Self.answers[0]
        let events = try events(answer, endpoint, usage: false)
        #expect(!events.contains("usage") && events.hasSuffix("data: [DONE]\n\n"))
    }

    @Test("number the calls of a chat's chunks")
    func numbers() throws {
        let first = try #require(try events(Self.answers[0].1, .chat).split(separator: "\n").first).dropFirst(6)
        let choices = try object(first)["choices"] as? [NSDictionary]
        let calls = (choices?.first?["delta"] as? NSDictionary)?["tool_calls"] as? [NSDictionary]
        #expect(calls?.map { $0["index"] as? Int } == [0, 1])
    }

    @Test("tell what an answer has cost at its end alone, in Anthropic's dialect")
    func cost() throws {
        let answer = #"{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"cost":2,"cost_details":{}}}"#
        let lines = try events(answer, .messages).split(separator: "\n").filter { $0.contains("\"cost\"") }
        #expect(lines.count == 1 && lines[0].contains("message_delta"))
    }

    // MARK: Pieces

    private func chunks(_ deltas: [String]) -> String {
        (deltas.map { #"{"id":"x","choices":[{"index":0,"delta":\#($0)}]}"# } + ["[DONE]"])
            .map { "data: \($0)\n\n" }.joined()
    }

    private func message(_ deltas: [String]) throws -> NSDictionary {
        let choices = try whole(chunks(deltas), .chat)["choices"] as? [NSDictionary]
        return try #require(choices?.first?["message"] as? NSDictionary)
    }

    @Test("are put together of pieces as the chat's own clients do that")
    func pieces() throws {
        let message = try message([
            #"{"role":"assistant","content":""}"#, #"{"content":"he"}"#, #"{"content":"llo","obfuscation":"x"}"#,
            #"{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"get_","arguments":""}}]}"#,
            #"{"tool_calls":[{"index":0,"function":{"name":"weather","arguments":"{\"a\""}}]}"#,
            #"{"tool_calls":[{"index":0,"id":"c1","function":{"name":"get_weather","arguments":":1}"}}]}"#,
            // Another call, which has been given the same number.
            #"{"tool_calls":[{"index":0,"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]}"#,
        ])
        #expect(message["content"] as? String == "hello")
        let calls = try #require(message["tool_calls"] as? [NSDictionary])
        #expect(
            try calls == [
                object(
                    #"{"id":"c1","type":"function","function":{"name":"get_weather","arguments":"{\"a\":1}"}}"#),
                object(#"{"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}"#),
            ])
    }

    @Test("are not copied to go on with them")
    func growth() throws {
        let message = GrowingJSON()
        var last: UnsafeRawPointer?
        var moves = 0
        for _ in 0..<1_000 {
            try JSONTree.read(Array(#"{"content":"hello"}"#.utf8)) { root in
                for member in root.members { message.grow(member) }
            }
            let text = try #require(message["content"]?.text)
            let place = text.escaped.withUnsafeBytes { $0.baseAddress }
            if place != last { moves += 1 }
            last = place
        }
        #expect(message["content"]?.text?.escaped.count == 5_000)
        #expect(moves < 50, "moved \(moves) times")
    }

    @Test("are deltas where there are any, and messages where there are none")
    func messages() throws {
        let pieces = [#""delta":{"content":"a"},"message":{"content":"a"}"#, #""delta":{},"message":{"content":"ab"}"#]
        func text(_ pieces: [String]) throws -> String? {
            let events = pieces.map { #"data: {"id":"x","choices":[{"index":0,\#($0)}]}"# + "\n\n" }.joined()
            let choices = try whole(events, .chat)["choices"] as? [NSDictionary]
            return (choices?.first?["message"] as? NSDictionary)?["content"] as? String
        }
        #expect(try text([pieces[0], #""delta":{"content":"b"},"message":{"content":"ab"}"#]) == "ab")
        #expect(try text(pieces) == "a")
        #expect(try text([#""message":{"content":"ab"}"#]) == "ab")
    }

    @Test("take no name away that has been said")
    func hollow() throws {
        let names = #""id":"x","object":"chat.completion.chunk","created":7,"model":"m","system_fingerprint":"f""#
        let hollow = #""id":"","object":"","created":0,"model":"","system_fingerprint":"""#
        let choice = #""choices":[{"index":0,"delta":{"content":"a"}}]"#
        let late = #""choices":[{"index":0,"finish_reason":null,"content_filter_results":{"hate":{}}}]"#
        let events = [hollow + "," + late, names + "," + choice, hollow + "," + late]
            .map { "data: {\($0)}\n\n" }.joined()
        let whole = try whole(events, .chat)
        #expect(whole["id"] as? String == "x" && whole["object"] as? String == "chat.completion")
        #expect(whole["created"] as? Int == 7 && whole["model"] as? String == "m")
        #expect(whole["system_fingerprint"] as? String == "f")
    }

    @Test("take no count away that can be read", arguments: ["{}", #"{"odd":1}"#, "null", "1"])
    func counts(unreadable: String) throws {
        let chat = [#"{"prompt_tokens":5,"completion_tokens":7}"#, unreadable]
            .map { #"data: {"choices":[{"index":0,"delta":{}}],"usage":\#($0)}"# + "\n\n" }.joined()
        let counted = try whole(chat, .chat)["usage"] as? NSDictionary
        #expect(counted?["completion_tokens"] as? Int == 7)
        let gemini = [#"{"promptTokenCount":5,"candidatesTokenCount":7}"#, unreadable]
            .map { #"data: {"candidates":[],"usageMetadata":\#($0)}"# + "\r\n\r\n" }.joined()
        let usage = try whole(gemini, .generateContent)["usageMetadata"] as? NSDictionary
        #expect(usage?["candidatesTokenCount"] as? Int == 7)
    }

    @Test("tell what they count at their end where their beginning counts nothing")
    func late() throws {
        let events =
            #"data: {"type":"message_start","message":{"id":"m","content":[],"usage":null}}"# + "\n\n"
            + #"data: {"type":"message_delta","delta":{},"usage":{"input_tokens":5,"output_tokens":7}}"# + "\n\n"
        #expect(try (whole(events, .messages)["usage"] as? NSDictionary)?["output_tokens"] as? Int == 7)
    }

    @Test("have sound in one piece, though each of its pieces is whole")
    func sound() throws {
        let message = try message([
            #"{"audio":{"id":"a","data":"AQ=="}}"#, #"{"audio":{"data":"AgM="}}"#, #"{"audio":{"data":"BAUG"}}"#,
        ])
        #expect((message["audio"] as? NSDictionary)?["data"] as? String == "AQIDBAUG")
    }

    @Test("have the text of Gemini in one part, unless something else is said with it")
    func parts() throws {
        let pieces = [#"{"text":"a","thought":true}"#, #"{"text":"b"}"#, #"{"text":"c"}"#, #"{"text":"d","odd":1}"#]
        let events = pieces.map { #"data: {"candidates":[{"content":{"parts":[\#($0)]}}]}"# + "\r\n\r\n" }.joined()
        let candidates = try whole(events, .generateContent)["candidates"] as? [NSDictionary]
        let content = try #require(candidates?.first?["content"] as? NSDictionary)
        let parts = [pieces[0], #"{"text":"bc"}"#, pieces[3]].joined(separator: ",")
        #expect(try content == object(#"{"parts":[\#(parts)]}"#))
    }

    @Test("have the items of Responses that the whole leaves out")
    func items() throws {
        let events =
            #"data: {"type":"response.output_item.done","output_index":0,"item":{"type":"odd"}}"# + "\n\n"
            + #"data: {"type":"response.completed","response":{"id":"r","output":[]}}"# + "\n\n"
        #expect(try whole(events, .responses) == object(#"{"id":"r","output":[{"type":"odd"}]}"#))
    }

    @Test("are none of what is none", arguments: ["{}", #"{"choices":1}"#, "[1]"])
    func none(body: String) {
        #expect(throws: JSONError.self) { try Recast.check(Array(body.utf8), of: .chat) }
    }
}
