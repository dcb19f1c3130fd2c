import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Anthropic's events as they pass through")
struct AnthropicEventTests {
    /// One event after the other, and what is counted at the end.
    private func read(_ data: String...) throws -> (events: [AnthropicEvent], counted: AnthropicUsage) {
        var counted = AnthropicUsage()
        let events = try data.map { data in
            try withBytes("event: e\ndata: \(data)\n\n") { bytes in
                try AnthropicEvent.read(bytes, counted: &counted).event
            }
        }
        return (events, counted)
    }

    @Test("text, thoughts and arguments are content; a signature is not")
    func content() throws {
        let (events, _) = try read(
            #"{"type":"content_block_delta","delta":{"type":"text_delta","text":"four"}}"#,
            #"{"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"three"}}"#,
            #"{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
            #"{"type":"content_block_delta","delta":{"type":"signature_delta","signature":"abc"}}"#,
            #"{"type":"content_block_start","content_block":{"type":"tool_use","id":"x","name":"ab","input":{}}}"#,
            #"{"type":"ping"}"#)
        #expect(events.map(\.content.bytes) == [4, 5, 2, 0, 2, 0])
        #expect(events.map(\.content.isThere) == [true, true, true, false, true, false])
        #expect(events.allSatisfy { $0.kind == .part && !$0.isFinish && !$0.hasUsage })
    }

    @Test("usage is counted from the beginning to the end, and our figures go to the end")
    func usage() throws {
        let (events, counted) = try read(
            #"{"type":"message_start","message":{"usage":{"input_tokens":7,"cache_read_input_tokens":3,"output_tokens":1}}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}"#,
            #"{"type":"message_stop"}"#)
        #expect(events.map(\.hasUsage) == [true, true, false])
        #expect(events.map { $0.usage == nil } == [true, false, true])
        #expect(events.map(\.isFinish) == [false, true, false])
        #expect(events.map(\.kind) == [.part, .part, .stop])
        var usage = Usage(input: 7)
        (usage.cachedInput, usage.output) = (3, 5)
        #expect(counted.usage == usage)
    }

    @Test("an input of nothing at the end stands for none that was counted at the beginning")
    func zeros() throws {
        let (_, counted) = try read(
            #"{"type":"message_start","message":{"usage":{"input_tokens":10000,"cache_read_input_tokens":500,"output_tokens":1}}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":0,"cache_read_input_tokens":0,"output_tokens":50}}"#
        )
        #expect(counted.usage == Usage(input: 10_000, cachedInput: 500, output: 50))
    }

    @Test("zeros alone at the end are no count, and an output of 0 by itself is one")
    func nothing() throws {
        let start =
            #"{"type":"message_start","message":{"usage":{"input_tokens":100,"output_tokens":300}}}"#
        let (events, counted) = try read(
            start, #"{"type":"message_delta","usage":{"input_tokens":0,"output_tokens":0}}"#)
        #expect(events.map(\.hasUsage) == [true, false] && events[1].usage == nil)
        #expect(counted.usage == Usage(input: 100, output: 300) && !counted.lacksOutput)
        let (others, believed) = try read(start, #"{"type":"message_delta","usage":{"output_tokens":0}}"#)
        #expect(others.map(\.hasUsage) == [true, true])
        #expect(believed.usage == Usage(input: 100))
    }

    @Test("an error ends a stream, whatever its type")
    func error() throws {
        let (events, _) = try read(#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#)
        #expect(events.map(\.kind) == [.error(StreamFault(#"{"type":"overloaded_error","message":"m"}"#.utf8))])
    }

    @Test("what is no JSON object is no event", arguments: ["[1]", "<html>", #"{"type":"#])
    func broken(data: String) { #expect(throws: JSONError.self) { try read(data) } }
}

@Suite("Anthropic's requests")
struct AnthropicScanTests {
    private func demand(_ content: String, _ more: String = "") throws -> Demand {
        try parse(#"{"model":"m","messages":[{"role":"user","content":\#(content)}]\#(more)}"#, .messages).demand
    }

    @Test("what decides is found under the names it has there")
    func fields() throws {
        let request = try parse(
            #"{"model":"m","max_tokens":9,"stream":true,"system":"s","thinking":{"type":"enabled","budget_tokens":5},"metadata":{"user_id":"u"},"messages":[{"role":"user","content":"hi"}]}"#,
            .messages)
        #expect(request.model == "m" && request.user == "u" && request.streams)
        #expect(request.demand.outputLimit == 9 && request.demand.outputFloor == 6)
        let anthropic = try #require(ProviderCatalog.provider("anthropic"))
        #expect(request.edits(for: "m", outputLimit: 9, provider: anthropic).isEmpty)
    }

    @Test(
        "what is to be made in one region, or faster, is held for as that, wherever it is said",
        arguments: [
            (#","inference_geo":"us""#, .tier(.regional)), (#","inference_geo":"global""#, .usual),
            (#","inference_geo":null"#, .usual), (#","inference_geo":"us","service_tier":"auto""#, .tier(.regional)),
            (#","service_tier":"standard_only","inference_geo":"us""#, .tier(.regional)),
            (#","inference_geo":"us","service_tier":"new""#, .unknown),
            (#","speed":"fast""#, .tier(.faster)), (#","speed":"standard""#, .usual), (#","speed":null"#, .usual),
            (#","speed":"fast","service_tier":"auto""#, .tier(.faster)),
            (#","speed":"fast","inference_geo":"us""#, .tier(.regionalFaster)),
            (#","inference_geo":"us","service_tier":"auto","speed":"fast""#, .tier(.regionalFaster)),
            (#","speed":"fast","inference_geo":"global""#, .tier(.faster)),
            (#","service_tier":"new","speed":"fast""#, .tier(.regionalFaster)),
            (#","speed":"fast","service_tier":"new""#, .tier(.regionalFaster)),
        ] as [(String, ServiceWish)])
    func regions(fields: String, wish: ServiceWish) throws { #expect(try demand(#""hi""#, fields).service == wish) }

    @Test("an image counts as one, a document by its pages, however few bytes it has")
    func sources() throws {
        let data = String(repeating: "A", count: 100_000)
        let nothing = bound(of: try demand(#""""#))
        let image = try demand(
            #"[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"\#(data)"}}]"#)
        #expect((1_500..<10_000).contains(bound(of: image) - nothing))
        let address = try demand(#"[{"type":"image","source":{"type":"url","url":"https://h/x"}}]"#)
        #expect((1_500..<10_000).contains(bound(of: address) - nothing))
        let document = try demand(
            #"[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AAAA"}}]"#)
        #expect(bound(of: document) >= 2_097_152)
    }

    @Test(
        "tools that the caller runs are no searches; servers whose tools the provider runs are, with a toolset or without"
    )
    func tools() throws {
        func searches(_ fields: String) throws -> Int { try demand(#""hi""#, fields).searches }
        let own = ["bash_20250124", "text_editor_20250728", "computer_20250124", "memory_20250818"]
            .map { #"{"type":"\#($0)","name":"n"}"# }.joined(separator: ",")
        #expect(try searches(#","tools":[\#(own)]"#) == 0)
        #expect(try parse(#"{"model":"m","messages":[{}],"tools":[\#(own)]}"#, .messages).toolCount == 4)
        #expect(try searches(#","tools":[{"type":"code_execution_20250825","name":"n"}]"#) == Searches.unlessLimited)
        let server = #","mcp_servers":[{"type":"url","url":"https://m/sse","name":"x"}]"#
        #expect(try searches(server) == Searches.unlessLimited)
        let toolset = #","tools":[{"type":"mcp_toolset","mcp_server_name":"x"},\#(own)]"#
        #expect(try searches(server + toolset) == Searches.unlessLimited)
        #expect(try searches(toolset + server) == Searches.unlessLimited)
    }

    @Test("a signature counts as the thoughts that it holds, not as the text that it looks like")
    func signatures() throws {
        let sealed = String(
            (0..<2_000).map {
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".map { $0 }[$0 * 7_919 % 64]
            })
        func thought(_ more: String) throws -> Int {
            bound(of: try demand(#"[{"type":"thinking","thinking":"ok"\#(more)}]"#))
        }
        let added = try thought(#","signature":"\#(sealed)""#) - thought("")
        #expect((750..<800).contains(added))
        #expect(try thought(#","signature":"no base64, \#(sealed)""#) - thought("") > 1_500)
    }

    @Test("of tiers of service Anthropic has two words; another may mean any to a target of another dialect")
    func tiers() throws {
        #expect(try demand(#""hi""#, #","service_tier":"auto""#).service == .usual)
        #expect(try demand(#""hi""#, #","service_tier":"standard_only""#).service == .usual)
        #expect(try demand(#""hi""#, #","service_tier":"flex""#).service == .unknown)
    }

    /// The most input that Claude counts.
    private func bound(of demand: Demand) -> Int {
        demand.inputBound.bound(by: InputRules(Target(provider: "anthropic", model: "claude-sonnet-4-5")))
    }

    @Test("text is never an image, wherever it stands")
    func disguise() throws {
        let text = String(repeating: "word ", count: 20_000)
        let source = #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"\#(text)"}}"#
        for content in [
            #"[{"type":"tool_use","id":"1","name":"n","input":\#(source)}]"#,
            #"[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"\#(text)"}}]"#,
        ] {
            let demand = try demand(content)
            #expect(bound(of: demand) >= 20_000 && demand.inputEstimate >= 10_000)
        }
    }

    @Test("counting tokens costs nothing, and is estimated by what would be sent")
    func counting() throws {
        let request = try parse(
            #"{"model":"m","system":"abcdefgh","messages":[{"role":"user","content":"abcdefgh"}]}"#, .countTokens)
        #expect(request.demand.inputBound == 0 && !request.demand.producesOutput)
        #expect(request.inputEstimate >= 8)
    }
}
