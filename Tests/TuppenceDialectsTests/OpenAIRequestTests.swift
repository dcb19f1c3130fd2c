import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

private let plain = Provider(id: "plain", baseURL: "http://localhost/v1")
private let openAI = Provider(id: "openai", baseURL: "http://localhost/v1", outputLimitField: .maxCompletionTokens)
private let old = Provider(id: "old", baseURL: "http://localhost/v1", acceptsStreamOptions: false)

/// A chat request with `fields` behind its model and messages.
private func chat(_ fields: String = "") -> String {
    #"{"model":"m","messages":[{"role":"user","content":"Hello"}]"# + (fields.isEmpty ? "" : "," + fields) + "}"
}

private func refusal(_ text: String, _ endpoint: OpenAIEndpoint = .chat) -> Refusal? {
    do throws(Refusal) {
        _ = try parse(text, endpoint)
        return nil
    } catch { return error }
}

private func edited(
    _ text: String, _ endpoint: OpenAIEndpoint = .chat, model: String = "m", limit: Int? = 100,
    clamped: Bool = false, for provider: Provider = plain
) throws -> String {
    let edits = try parse(text, endpoint).edits(
        for: model, outputLimit: limit, isClamped: clamped, provider: provider)
    return withBytes(text) { string(edits.applied(to: $0)) }
}

@Suite("Scanning requests of the OpenAI dialect")
struct OpenAIRequestTests {
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
        "a clamped limit goes before the caller's own wherever that is larger, and nothing else changes",
        arguments: [
            (#""max_tokens":500"#, #""max_tokens":100"#), (#""max_tokens": 100"#, #""max_tokens": 100"#),
            (#""max_completion_tokens" : 101 "#, #""max_completion_tokens" : 100 "#),
            (#""max_tokens":7,"max_completion_tokens":900"#, #""max_tokens":7,"max_completion_tokens":100"#),
            (#""max_tokens":900,"max_completion_tokens":901"#, #""max_tokens":100,"max_completion_tokens":100"#),
            (#""max_tokens":null,"max_completion_tokens":300"#, #""max_tokens":null,"max_completion_tokens":100"#),
        ])
    func clamped(given: String, expected: String) throws {
        func body(_ limit: String) -> String {
            #"{"model":"m",\#(limit),"messages":[{"role":"user","content":"max_tokens: 500"}]}"#
        }
        #expect(try edited(body(given), clamped: true) == body(expected))
        #expect(try edited(body(given), clamped: false) == body(given))
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
            #expect(throws: Refusal.self) { try OpenAIRequest(bytes, endpoint: .chat) }
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
        #expect(request.edits(for: "m", outputLimit: nil, provider: plain).isEmpty)
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
        ] as [(String, OpenAIEndpoint, String)])
    func wrongPrompts(text: String, endpoint: OpenAIEndpoint, parameter: String) {
        #expect(refusal(text, endpoint)?.parameter == parameter)
    }

    @Test("a text completion needs no prompt") func noPrompt() throws {
        #expect(try parse(#"{"model":"m"}"#, .completions).demand.answers == 1)
    }
}

@Suite("Bounds of input")
struct InputBoundTests {
    private func demand(_ message: String, _ fields: String = "") throws -> Demand {
        try parse(#"{"model":"m","messages":[\#(message)]\#(fields)}"#).demand
    }
    private let text = #"{"role":"user","content":"Hello"}"#

    private func bound(_ message: String, _ fields: String = "", model: String = "gpt-4o") throws -> Int {
        try demand(message, fields).inputBound.bound(by: InputRules(model: model))
    }

    @Test("text of every day is bounded by half as many tokens as it has bytes, and less") func everyday() throws {
        let text = String(
            repeating: "All the people of the town came to see what had been made of the money. ", count: 20)
        let bound = try bound("{\"role\":\"user\",\"content\":\"\(text)\"}")
        #expect(bound < text.utf8.count / 3)
        #expect(bound > text.utf8.count / 5)
    }

    @Test("a message and what is put around it") func message() throws {
        // "user" and "Hello" are a token each, and one each before them; eight are a message's frame, three the answer's.
        #expect(try bound(text) == 2 * 2 + 8 + 3)
        #expect(try bound(text + "," + text) == 2 * (2 * 2 + 8) + 3)
    }

    @Test("the estimate is three quarters of what text has at the most, four for each message and three for a chat")
    func estimate() throws {
        #expect(try demand(text).inputEstimate == 3 + 4 + 3)
        #expect(try demand(#"{"content":"ééé"}"#).inputEstimate >= 3 + 4)
    }

    @Test("text of other scripts is counted by the character, however long it is", arguments: [1, 2, 3, 100, 10_000])
    func longForeignText(repetitions: Int) throws {
        let text = String(repeating: "你好世界", count: repetitions)
        let bound = try bound("{\"content\":\"\(text)\"}")
        #expect((4 * repetitions...8 * repetitions + 12).contains(bound))
    }

    @Test("tools add room for their template, and their descriptions to bound and estimate") func tools() throws {
        let fields = #","tools":[{"type":"function","function":{"name":"f","description":"12345678901234567890"}}]"#
        let rules = InputRules(model: "gpt-4o")
        #expect(try bound(text, fields) > bound(text) + Int(rules.toolPrompt) + 20)
        #expect(try bound(text, fields) < bound(text) + Int(rules.toolPrompt) + fields.utf8.count)
        #expect(try demand(text, fields).inputEstimate > demand(text).inputEstimate)
    }

    @Test(
        "whatever a provider may show its model counts, wherever in the body it stands",
        arguments: [
            #","functions":[{"name":"~"}]"#, #","response_format":{"type":"json_schema","json_schema":{"name":"~"}}"#,
            #","documents":["~"]"#, #","web_search_options":{"user_location":{"city":"~"}}"#, #","made_up_of_it":"~""#,
        ])
    func elsewhere(fields: String) throws {
        let long = String(repeating: "word ", count: 1_000)
        #expect(try bound(text, fields.replacing("~", with: long)) >= 1_000 + bound(text))
    }

    @Test("each of many inputs has its two marks and no more, whoever makes the model") func embeddings() throws {
        func bound(_ input: String, _ model: String) throws -> Int {
            try parse(#"{"model":"m","input":[\#(input)]}"#, .embeddings).demand.inputBound.bound(
                by: InputRules(model: model))
        }
        let many = Array(repeating: #""the""#, count: 1_000).joined(separator: ",")
        #expect(try bound(many, "text-embedding-3-small") == 1_000 * (1 + 1 + 4))
        #expect(try bound(many, "unknown") < 1_000 * 12)
        #expect(try bound("1,2,3,50000", "text-embedding-3-small") == 4 + 4)
    }

    @Test("an image counts with the most that one costs, not with its bytes") func image() throws {
        let data = "data:image/png;base64," + String(repeating: "A", count: 300_000)
        let small = try demand(
            #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://h/i.png"}}]}"#)
        let large = try demand(#"{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(data)"}}]}"#)
        let short = try demand(#"{"role":"user","content":[{"type":"image_url","image_url":"\#(data)"}]}"#)
        for demand in [small, large, short] {
            #expect((48_169..<48_300).contains(demand.inputBound.bound(by: InputRules(model: "gpt-4o-mini"))))
            #expect((1_000..<1_100).contains(demand.inputEstimate))
        }
    }

    @Test("slashes that an encoder has escaped make no text of an image") func escapedImage() throws {
        // A JPEG's base64 begins with one.
        let url = dataURL([
            0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1, 0xFF, 0xC2, 0, 11, 8, 0x01, 0xE0, 0x02, 0x80, 1, 0, 0, 0,
        ])
        func counted(_ url: String) throws -> Demand {
            try demand(#"{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(url)"}}]}"#)
        }
        let escaped = url.replacing("/", with: "\\/")
        #expect(escaped.contains(#",\/9j\/"#))
        #expect(try counted(escaped) == counted(url))
        let long = String(repeating: "AAA/", count: 50_000)
        let unknown = "data:image/png;base64," + long
        #expect(try counted(unknown.replacing("/", with: "\\/")) == counted(unknown))
        func heard(_ data: String) throws -> Demand {
            try demand(
                #"{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"\#(data)","format":"mp3"}}]}"#)
        }
        #expect(try heard(long.replacing("/", with: "\\/")) == heard(long))
    }

    @Test("an image whose size can be read counts with what that costs") func sizedImage() throws {
        func bound(_ detail: String, _ model: String) throws -> Int {
            let url = dataURL(png(1_024, 1_024))
            let part = #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(url)"\#(detail)}}]}"#
            return try self.bound(part, model: model)
        }
        #expect((765..<800).contains(try bound("", "gpt-4o")))
        #expect((85..<130).contains(try bound(#","detail":"low""#, "gpt-4o")))
        #expect((765..<800).contains(try bound(#","detail":"high""#, "gpt-4o")))
        #expect((1_399..<1_600).contains(try bound("", "claude-sonnet-4-5")))
        #expect(try bound("", "unknown") >= 2_833 + 4 * 5_667)
    }

    @Test("of two addresses of one image both count") func twoAddresses() throws {
        let url = dataURL(png(512, 512))
        let part = #"{"role":"user","content":[{"image_url":{"url":"\#(url)","url":"https://h/large.png"}}]}"#
        #expect(try bound(part) >= 2 * 85 + 170 + 8 * 170)
    }

    @Test("sound counts by its bytes, and text that says it is sound as text") func audio() throws {
        func bound(_ data: String) throws -> Int {
            try self.bound(#"{"role":"user","content":[{"input_audio":{"data":"\#(data)","format":"mp3"}}]}"#)
        }
        let sound = String(repeating: "ABCD", count: 10_000)
        #expect((5_000..<5_200).contains(try bound(sound)))
        #expect((625..<800).contains(try bound("UklGR" + sound)))
        #expect(try bound(String(repeating: "word, ", count: 1_000)) >= 1_000)
    }

    @Test(
        "text that only begins like an image is bounded by its bytes",
        arguments: [
            #"{"role":"user","content":"~"}"#, #"{"role":"user","content":[{"type":"text","text":"~"}]}"#,
            #"{"role":"user","content":"x","name":"~"}"#,
            #"{"role":"user","content":[{"type":"image_url","image_url":{"detail":"~"}}]}"#,
            #"{"role":"user","content":[{"type":"file","file":{"file_data":"~"}}]}"#,
        ])
    func disguise(message: String) throws {
        let data = "data:image/png;base64," + String(repeating: "word ", count: 20_000)
        let demand = try demand(message.replacing("~", with: data))
        #expect(demand.inputBound.bound(by: InputRules(model: "gpt-4o")) >= 20_000)
        #expect(demand.inputEstimate >= 15_000)
    }

    @Test("text in a prompt, an input or a tool is never an image") func disguiseElsewhere() throws {
        let data = "data:image/png;base64," + String(repeating: "word ", count: 20_000)
        let tools =
            #","tools":[{"function":{"parameters":{"properties":{"image_url":{"url":"\#(data)"},"file":{"type":"string"}}}}}]"#
        for demand in [
            try demand(text, tools),
            try parse(#"{"model":"m","prompt":[{"image_url":"\#(data)"}]}"#, .completions).demand,
            try parse(#"{"model":"m","prompt":"\#(data)"}"#, .completions).demand,
            try parse(#"{"model":"m","input":["\#(data)"]}"#, .embeddings).demand,
        ] {
            let bound = demand.inputBound.bound(by: InputRules(model: "gpt-4o"))
            #expect(bound >= 20_000)
            // A tool's parameter that happens to be called "file" is no file.
            #expect(bound < 50_000)
        }
    }

    @Test(
        "what is given by its address alone counts with the most that it may hold",
        arguments: ["file", "document_url", "video_url", "audio_url"])
    func files(kind: String) throws {
        let demand = try demand(#"{"role":"user","content":[{"type":"x","\#(kind)":{"url":"https://h/x"}}]}"#)
        #expect((200_000..<201_000).contains(demand.inputBound.bound(by: InputRules(model: "gpt-4o"))))
        #expect((4_000..<4_100).contains(demand.inputEstimate))
    }

    @Test(
        "a rough count is never below the close one",
        arguments: [
            "plain words", "ZZ^ZZ^ZZ^", "\u{344}\u{385}\u{587}\u{677}\u{222C}", "\\u0344\\u0385\\u222C", "日本語のテキスト",
            "\u{1F469}\u{200D}\u{1F680}", "1234567890", "",
        ])
    func rough(text: String) throws {
        let body = Array(#"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]}"#.utf8)
        let (rough, close) = try body.withUnsafeBytes { bytes in
            (
                try OpenAIRequest(bytes, endpoint: .chat, .rough).demand.inputBound,
                try OpenAIRequest(bytes, endpoint: .chat, .close).demand.inputBound
            )
        }
        for model in ["gpt-4o", "claude-sonnet-4-5", "mistral-small", "nobody-knows"] {
            let rules = InputRules(model: model)
            #expect(rough.bound(by: rules) >= close.bound(by: rules), "\(model)")
        }
    }

    @Test("no request has an estimate above its bound", arguments: UInt64(1)...60)
    func estimateWithinBound(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let pieces = [
            "{}", #"{"content":"x"}"#, #"{"content":["a","b",["c",1,2,3]]}"#, #"{"content":"ééé日本語"}"#,
            #"{"content":[{"image_url":{"url":"data:image/png;base64,AAAA"}}]}"#,
            #"{"a":[1,2,3,4,5,6]}"#, #"{"content":[{"file":{"file_id":"f"}}]}"#, #"{"image_url":""}"#,
            #"{"content":"\u0041\n\n\n"}"#,
        ]
        let count = Int.random(in: 1...40, using: &random)
        let messages = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined(
            separator: ",")
        let demand = try demand(messages)
        for model in ["gpt-4o", "claude-sonnet-4-5", "qwen-max", "unknown"] {
            #expect(demand.inputEstimate <= demand.inputBound.bound(by: InputRules(model: model)), "\(messages)")
        }
    }
}

@Suite("Rewriting requests of the OpenAI dialect")
struct OpenAIEditTests {
    @Test("the model is replaced in its place, and left alone where it is right") func model() throws {
        let body = chat(#""max_tokens":5"#)
        #expect(try edited(body, model: "org/new\"") == body.replacing(#""model":"m""#, with: #""model":"org/new\"""#))
        #expect(try edited(body) == body)
        let escaped = #"{"messages":[{}],"model" : "\u006d" ,"max_tokens":1}"#
        #expect(try edited(escaped) == escaped)
        #expect(try edited(escaped, model: "x") == #"{"messages":[{}],"model" : "x" ,"max_tokens":1}"#)
    }

    @Test(
        "a missing limit is put in, under the name the provider knows",
        arguments: [
            (plain, OpenAIEndpoint.chat, "max_tokens"), (openAI, .chat, "max_completion_tokens"),
            (plain, .completions, "max_tokens"), (openAI, .completions, "max_tokens"),
        ])
    func limitInserted(provider: Provider, endpoint: OpenAIEndpoint, field: String) throws {
        let body = endpoint == .chat ? chat() : #"{"model":"m","prompt":"x"}"#
        #expect(try edited(body, endpoint, for: provider) == "{\"\(field)\":100," + body.dropFirst())
    }

    @Test(
        "a null limit is replaced where the provider knows its name, and left as the nothing it is where not",
        arguments: [
            (plain, #""max_tokens":null"#, #""max_tokens":100"#, ""),
            (openAI, #""max_completion_tokens": null"#, #""max_completion_tokens": 100"#, ""),
            (plain, #""max_completion_tokens":null"#, #""max_completion_tokens":null"#, #""max_tokens":100,"#),
            (openAI, #""max_tokens":null"#, #""max_tokens":null"#, #""max_completion_tokens":100,"#),
            (
                plain, #""max_completion_tokens":null,"max_tokens":null"#,
                #""max_completion_tokens":null,"max_tokens":100"#, ""
            ),
            (
                openAI, #""max_completion_tokens":null,"max_tokens":null"#,
                #""max_completion_tokens":100,"max_tokens":null"#, ""
            ),
        ])
    func nullLimit(provider: Provider, fields: String, result: String, inserted: String) throws {
        #expect(try edited(chat(fields), for: provider) == "{" + inserted + chat(result).dropFirst())
    }

    @Test(
        "a limit of the caller stands",
        arguments: [#""max_tokens":5"#, #""max_completion_tokens":5"#, #""max_tokens":null,"max_completion_tokens":5"#])
    func limitKept(fields: String) throws {
        for provider in [plain, openAI] { #expect(try edited(chat(fields), for: provider) == chat(fields)) }
    }

    @Test(
        "a stream is asked for its usage, and whatever else the caller set in stream_options is kept",
        arguments: [
            (#""stream":true"#, #""stream_options":{"include_usage":true},"#, #""stream":true"#),
            (#""stream":true,"stream_options":null"#, "", #""stream":true,"stream_options":{"include_usage":true}"#),
            (#""stream":true,"stream_options":{}"#, "", #""stream":true,"stream_options":{"include_usage":true}"#),
            (
                #""stream":true,"stream_options":{ "include_usage" : false }"#, "",
                #""stream":true,"stream_options":{ "include_usage" : true }"#
            ),
            (
                #""stream":true,"stream_options":{"include_usage":null,"x":1}"#, "",
                #""stream":true,"stream_options":{"include_usage":true,"x":1}"#
            ),
            (
                #""stream":true,"stream_options":{"include_obfuscation":false}"#, "",
                #""stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}"#
            ),
            (
                #""stream_options":{"include_usage":true},"stream":true"#, "",
                #""stream_options":{"include_usage":true},"stream":true"#
            ), (#""stream":false"#, "", #""stream":false"#),
            (#""stream":null,"stream_options":null"#, "", #""stream":null,"stream_options":null"#),
        ])
    func streamOptions(fields: String, inserted: String, result: String) throws {
        let limit = #","max_tokens":5"#
        #expect(try edited(chat(fields + limit)) == "{" + inserted + chat(result + limit).dropFirst())
        #expect(try edited(chat(fields + limit), for: old) == chat(fields + limit))
    }

    @Test("a request with everything missing gets everything") func all() throws {
        #expect(
            try edited(#" {"messages":[{}],"stream":true,"model":"m"}"#, model: "x", for: openAI)
                == #" {"max_completion_tokens":100,"stream_options":{"include_usage":true},"messages":[{}],"stream":true,"model":"x"}"#
        )
    }

    @Test("what comes out is valid JSON that says what it should, and needs no more edits", arguments: UInt64(1)...200)
    func idempotent(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let fields = [
            [#""model":"m""#, #""model" : "\u006d\u006e""#],
            [#""messages":[{"role":"user","content":"Hi"}]"#, #""messages": [ {} ] "#],
            ["", #""stream":true"#, #""stream":false"#, #""stream":null"#],
            [
                "", #""stream_options":null"#, #""stream_options":{}"#, #""stream_options":{"include_usage":false}"#,
                #""stream_options":{"include_usage":true,"a":[]}"#, #""stream_options":{"a":{}}"#,
            ],
            ["", #""max_tokens":null"#, #""max_tokens":7"#],
            ["", #""max_completion_tokens":null"#, #""max_completion_tokens":8"#], ["", #""n":2"#],
            ["", #""user":"u""#], ["", #""x":{"model":1}"#],
        ]
        var chosen = fields.map { $0[Int.random(in: 0..<$0.count, using: &random)] }.filter { !$0.isEmpty }
        chosen.shuffle(using: &random)
        let body = "{" + chosen.joined(separator: Bool.random(using: &random) ? "," : " ,\n ") + "}"
        let provider = [plain, openAI, old][Int.random(in: 0...2, using: &random)]
        let request = try parse(body)
        let limit = request.outputLimit ?? 100
        let once = try edited(body, model: "new", limit: limit, for: provider)
        let again = try parse(once)
        #expect(again.edits(for: "new", outputLimit: limit, provider: provider).isEmpty, "\(once)")
        #expect(again.model == "new")
        #expect(again.outputLimit == limit)
        #expect(again.streams == request.streams)
        if request.streams && provider.acceptsStreamOptions { #expect(again.wantsUsage) }
        let object = try #require(JSONSerialization.jsonObject(with: Data(once.utf8)) as? [String: Any])
        #expect(object["model"] as? String == "new")
        #expect(object.values.contains { $0 as? Int == limit })
    }
}
