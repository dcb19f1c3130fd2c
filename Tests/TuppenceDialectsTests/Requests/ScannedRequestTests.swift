import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Scanning requests of the OpenAI dialect")
struct ScannedRequestTests {
    @Test("what a plain request says") func plainRequest() throws {
        let request = try parse(chat())
        #expect(request.model == "m")
        #expect(!request.streams && !request.wantsUsage)
        #expect(request.user == nil && request.outputLimit == nil)
        #expect(request.demand.answers == 1)
        #expect(request.demand.inputs == 1)
        #expect(request.demand.producesOutput)
        #expect(request.demand.outputLimit == nil)
    }

    @Test(
        "a budget for thinking is what the output limit must stay above",
        arguments: [
            (#""thinking":{"type":"enabled","budget_tokens":2048}"#, 2_049),
            (#""reasoning":{"effort":"high","max_tokens":1000}"#, 1_001),
            (#""reasoning":{"max_tokens":10},"thinking":{"budget_tokens":20}"#, 21),
            (#""reasoning":{"max_tokens":"many"},"thinking":null"#, 0), (#""reasoning":"high""#, 0),
            (#""thinking":{"budget_tokens":1e9}"#, 0), (#""thinking":{"budget_tokens":-5}"#, 0),
            (#""metadata":{"budget_tokens":2048}"#, 0),
        ])
    func thinking(field: String, floor: Int) throws {
        let request = try parse(#"{"model":"m",\#(field),"messages":[{"role":"user","content":"x"}]}"#)
        #expect(request.demand.outputFloor == floor)
    }

    @Test(
        "the tier of service that is asked for, by every name that providers have",
        arguments: [
            (#""auto""#, .usual), ("null", .usual), ("7", .usual), (#""default""#, .tier(.standard)),
            (#""on_demand""#, .tier(.standard)), (#""performance""#, .tier(.standard)), (#""scale""#, .tier(.standard)),
            (#""flex""#, .tier(.flex)), (#""Priority""#, .tier(.priority)), (#""fast""#, .tier(.priority)),
            (#""\u0066ast""#, .tier(.priority)), (#""ultrafast""#, .tier(.ultrafast)), (#""batch""#, .unknown),
            (#""warp""#, .unknown), (#""""#, .unknown),
        ] as [(String, ServiceWish)])
    func serviceTier(value: String, wish: ServiceWish) throws {
        #expect(try parse(chat(#""service_tier":\#(value)"#)).demand.service == wish)
        #expect(try parse(chat(#""service\u005ftier":\#(value)"#)).demand.service == wish)
        #expect(try parse(chat(#""metadata":{"service_tier":\#(value)}"#)).demand.service == .usual)
        #expect(refusal(chat(#""service_tier":\#(value),"service_tier":"flex""#))?.parameter == "service_tier")
    }

    @Test(
        "how often the provider may search, in every form that chats have for it",
        arguments: [
            ("", 0), (#""tools":[]"#, 0), (#""tools":null"#, 0),
            (#""tools":[{"type":"function","function":{"name":"web_search"}}]"#, 0),
            (#""tools":[{"type":"custom","custom":{"name":"x"}}]"#, 0),
            (#""tools":[{"name":"web_search","input_schema":{"type":"object"}}]"#, 0),
            (#""tools":[{"type":"web_search_20250305","name":"web_search"}]"#, 5),
            (#""tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3}]"#, 3),
            (#""tools":[{"max_uses":0,"type":"web_search_20250305"}]"#, 0),
            (#""tools":[{"type":"openrouter:web_search"},{"type":"function"}]"#, 5),
            (#""tools":[{"type":"openrouter:web_search","parameters":{"max_uses":1,"max_results":9}}]"#, 1),
            (#""tools":[{"type":"x_search"},{"type":"web_search","max_uses":2}]"#, 7),
            (#""tools":[{"type":"web_search","max_uses":1e9}]"#, 5),
            (#""tools":[{"type":"web_search","max_uses":-1}]"#, 5),
            (#""tools":[{"type":"web_search","max_uses":900},{"type":"x_search","max_uses":900}]"#, 1_000),
            (#""tools":[{"type":"function","type":"web_search"}]"#, 5),
            (#""tools":[{"type":"web_search","type":"function"}]"#, 5),
            (#""web_search_options":{}"#, 5), (#""web_search_options":{"search_context_size":"low"}"#, 5),
            (#""web_search_options":null"#, 0), (#""plugins":[{"id":"web","max_results":3}]"#, 5),
            (#""plugins":[{"id":"file-parser"}]"#, 0), (#""plugins":[7,{"id":7}]"#, 0),
            (#""search_parameters":{"mode":"auto"}"#, 5), (#""search_parameters":{}"#, 5),
            (#""search_parameters":{"mode":"off"}"#, 0), (#""search_parameters":null"#, 0),
            (#""web_search_options":{},"tools":[{"type":"web_search","max_uses":2}]"#, 7),
        ])
    func searches(field: String, searches: Int) throws {
        #expect(try parse(chat(field)).demand.searches == searches)
    }

    @Test("each field that decides is found, wherever it stands and however its name is escaped") func fields() throws {
        let request = try parse(
            #" { "unknown":[{"model":"no"}], "str\u0065am" : true,"stream_options":{"x":1,"include_usage":true},"user":"\u00e9","max_tokens":7,"messages":[{}],"n":2,"mod\u0065l":"a\/b" } "#
        )
        #expect(request.model == "a/b")
        #expect(request.streams && request.wantsUsage)
        #expect(request.user == "é")
        #expect(request.outputLimit == 7)
        #expect(request.demand.answers == 2)
        #expect(request.demand.streams)
    }

    @Test(
        "a user is who the text or the number names",
        arguments: [
            (#""ann""#, "ann"), ("42", "42"), ("-7", "-7"), (#""42""#, "42"), ("null", nil), ("true", nil),
            (#"{"id":42}"#, nil), ("[42]", nil), ("\"\"", nil),
        ] as [(String, String?)])
    func users(written: String, user: String?) throws {
        #expect(try parse(#"{"model":"m","messages":[{}],"user":\#(written),"max_tokens":7}"#).user == user)
    }

    @Test(
        "who gives no user may have named one by OpenAI's newer name",
        arguments: [
            (#""safety_identifier":"s""#, "s"), (#""user":"u","safety_identifier":"s""#, "u"),
            (#""safety_identifier":"s","user":"u""#, "u"), (#""safety_identifier":"s","user":null"#, "s"),
            (#""safety_identifier":7"#, nil), (#""safety_identifier":"""#, nil),
            (#""user":"","safety_identifier":"s""#, "s"), (#""safety_identifier":"s","user":"""#, "s"),
        ] as [(String, String?)], [GovernedEndpoint.chat, .responses])
    func safetyIdentifier(named: (String, String?), endpoint: GovernedEndpoint) throws {
        let said = endpoint == .chat ? #""messages":[{}]"# : #""input":"Hi""#
        #expect(try parse(#"{"model":"m",\#(said),\#(named.0)}"#, endpoint).user == named.1)
    }

    @Test(
        "wrong fields are refused by name",
        arguments: [
            (#"{"messages":[{}]}"#, "model"), (#"{"model":1,"messages":[{}]}"#, "model"),
            (#"{"model":null,"messages":[{}]}"#, "model"), (#"{"model":"","messages":[{}]}"#, "model"),
            (#"{"model":"m"}"#, "messages"), (#"{"model":"m","messages":"x"}"#, "messages"),
            (#"{"model":"m","messages":null}"#, "messages"), (#"{"model":"m","messages":[]}"#, "messages"),
            (#"{"model":"m","messages":["x"]}"#, "messages"), (#"{"model":"m","messages":[{},null]}"#, "messages"),
            (chat(#""stream":"true""#), "stream"), (chat(#""stream":1"#), "stream"),
            (chat(#""stream_options":true"#), "stream_options"), (chat(#""stream_options":[]"#), "stream_options"),
            (chat(#""max_tokens":0"#), "max_tokens"), (chat(#""max_tokens":-1"#), "max_tokens"),
            (chat(#""max_tokens":1.5"#), "max_tokens"), (chat(#""max_tokens":1e3"#), "max_tokens"),
            (chat(#""max_tokens":"5""#), "max_tokens"), (chat(#""max_tokens":100000001"#), "max_tokens"),
            (chat(#""max_tokens":99999999999999999999"#), "max_tokens"),
            (chat(#""max_completion_tokens":0"#), "max_completion_tokens"),
            (chat(#""max_completion_tokens":{}"#), "max_completion_tokens"),
            (chat(#""n":0"#), "n"), (chat(#""n":"2""#), "n"), (chat(#""n":[]"#), "n"),
            (chat(#""best_of":-3"#), "best_of"),
            // Others than the one that is asked for, which a key may not be allowed.
            (chat(#""models":["other/m"]"#), "models"), (chat(#""fallbacks":[{"model":"m"}]"#), "fallbacks"),
            (chat(#""models":"other/m""#), "models"),
            (chat(#""tools":[{"type":"openrouter:advisor","parameters":{"model":"m"}}]"#), "tools"),
            // Given twice: we would price one, and the provider obey the other.
            (chat(#""model":"x""#), "model"), (chat(#""messages":[{}]"#), "messages"),
            (chat(#""mod\u0065l":"x""#), "model"), (chat(#""stream":true,"stream":false"#), "stream"),
            (chat(#""stream_options":null,"stream_options":{}"#), "stream_options"),
            (chat(#""max_tokens":1,"max_tokens":2"#), "max_tokens"),
            (chat(#""max_tokens":null,"max_tokens":2"#), "max_tokens"),
            (chat(#""max_completion_tokens":1,"max_completion_tokens":2"#), "max_completion_tokens"),
            (chat(#""n":5,"n":1"#), "n"), (chat(#""n":5,"\u006e":1"#), "n"),
            (chat(#""best_of":5,"best_of":1"#), "best_of"), (chat(#""user":"a","user":"b""#), "user"),
        ])
    func refused(text: String, parameter: String) {
        let refusal = refusal(text)
        #expect(refusal?.code == .invalidRequest)
        #expect(refusal?.parameter == parameter)
        #expect(refusal?.message.contains("'\(parameter)'") == true)
    }

    @Test(
        "what is no JSON object is refused before any field",
        arguments: [
            "", "[]", "\"x\"", "null", "{", chat() + "x", chat(#""n":0,"#), chat().replacing("Hello", with: "\u{1}"),
            nested(257),
        ])
    func notJSON(text: String) {
        let refusal = refusal(text)
        #expect(refusal?.code == .invalidRequest)
        #expect(refusal?.parameter == nil)
        #expect(refusal?.message.contains("not valid JSON") == true)
    }

    @Test("what is no UTF-8 is refused") func notUTF8() {
        let bytes = Array(chat().replacing("Hello", with: "Hell~").utf8).map { $0 == UInt8(ascii: "~") ? 0xFF : $0 }
        let refusal = bytes.withUnsafeBytes { bytes in
            #expect(throws: Refusal.self) { try ScannedRequest(bytes, endpoint: .chat) }
        }
        #expect(refusal?.message.contains("UTF-8") == true)
    }

    @Test("a beginning of a request is refused at every byte") func truncation() {
        let text = chat(#""stream":true,"stream_options":{"include_usage":false},"max_tokens":5"#)
        for count in 0..<text.utf8.count { #expect(refusal(string(text.utf8.prefix(count))) != nil, "\(count)") }
        #expect(refusal(text) == nil)
    }

    @Test(
        "limits: the larger of two, null is none, and the bounds count",
        arguments: [
            ("", nil), (#""max_tokens":1"#, 1), (#""max_tokens":100000000"#, 100_000_000),
            (#""max_completion_tokens":9"#, 9), (#""max_tokens":5,"max_completion_tokens":9"#, 9),
            (#""max_completion_tokens":5,"max_tokens":9"#, 9), (#""max_tokens":null"#, nil),
            (#""max_tokens":null,"max_completion_tokens":3"#, 3), (#""max_completion_tokens":null,"max_tokens":3"#, 3),
        ] as [(String, Int?)])
    func limits(fields: String, limit: Int?) throws {
        #expect(try parse(chat(fields)).outputLimit == limit)
        #expect(try parse(chat(fields)).demand.outputLimit == limit)
    }

    @Test("only max_tokens limits a text completion") func completionLimit() throws {
        #expect(try parse(#"{"model":"m","prompt":"x","max_completion_tokens":5}"#, .completions).outputLimit == nil)
        #expect(try parse(#"{"model":"m","prompt":"x","max_tokens":6}"#, .completions).outputLimit == 6)
    }

    @Test(
        "answers are choices times prompts, and every prompt is an input of its own",
        arguments: [
            (#""prompt":"x""#, 1, 1), (#""prompt":null"#, 1, 1), (#""prompt":["a"]"#, 1, 1),
            (#""prompt":["a","b","c"]"#, 3, 3), (#""prompt":[1,2,3]"#, 1, 1), (#""prompt":[[1,2],[3]]"#, 2, 2),
            (#""prompt":["a","b"],"n":3"#, 6, 2), (#""prompt":["a","b"],"best_of":4"#, 8, 2),
            (#""prompt":"a","n":2,"best_of":5"#, 5, 1), (#""n":5,"best_of":2,"prompt":"a""#, 5, 1),
            (#""n":null,"best_of":null,"prompt":"a""#, 1, 1), (#""n":100000000,"prompt":["a","b"]"#, 200_000_000, 2),
        ])
    func answers(fields: String, answers: Int, inputs: Int) throws {
        let demand = try parse(#"{"model":"m","# + fields + "}", .completions).demand
        #expect(demand.answers == answers)
        #expect(demand.inputs == inputs)
        #expect(demand.producesOutput)
    }

    @Test(
        "embeddings have inputs and no output, and never stream",
        arguments: [
            (#""input":"x""#, 1), (#""input":["x","y"]"#, 2), (#""input":[1,2]"#, 1), (#""input":[[1],[2],[3]]"#, 3),
            (#""input":"x","stream":true"#, 1),
        ])
    func embeddings(fields: String, inputs: Int) throws {
        let request = try parse(#"{"model":"m","# + fields + "}", .embeddings)
        #expect(!request.demand.producesOutput)
        #expect(!request.streams)
        #expect(request.demand.inputs == inputs)
        #expect(request.edits(for: "m", outputLimit: nil, provider: .plain).isEmpty)
    }

    @Test(
        "prompts and inputs of wrong types are refused",
        arguments: [
            (#"{"model":"m","prompt":5}"#, .completions, "prompt"),
            (#"{"model":"m","prompt":[]}"#, .completions, "prompt"),
            (#"{"model":"m","prompt":{}}"#, .completions, "prompt"),
            (#"{"model":"m","prompt":"a","prompt":"b"}"#, .completions, "prompt"),
            (#"{"model":"m"}"#, .embeddings, "input"), (#"{"model":"m","input":null}"#, .embeddings, "input"),
            (#"{"model":"m","input":[]}"#, .embeddings, "input"),
            (#"{"model":"m","input":true}"#, .embeddings, "input"),
        ] as [(String, GovernedEndpoint, String)])
    func wrongPrompts(text: String, endpoint: GovernedEndpoint, parameter: String) {
        #expect(refusal(text, endpoint)?.parameter == parameter)
    }

    @Test("a text completion needs no prompt") func noPrompt() throws {
        #expect(try parse(#"{"model":"m"}"#, .completions).demand.answers == 1)
    }
}
