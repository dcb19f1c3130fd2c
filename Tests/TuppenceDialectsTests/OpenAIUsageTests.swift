import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Usage of the OpenAI dialect")
struct OpenAIUsageTests {
    /// The first eight counts in the order of ``UsageKind``: input, cached, cache write, cache write 1 h, audio, output, reasoning, audio.
    private func counts(_ text: String) throws -> [Int] {
        let usage = try usage(text).usage
        return UsageKind.allCases.prefix(8).map { usage[$0] }
    }

    @Test(
        "each provider's totals are split into disjoint counts",
        arguments: [
            (
                "OpenAI",
                #"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":64,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}"#,
                [36, 64, 0, 0, 0, 20, 30, 0]
            ),
            (
                "OpenAI with audio and a cache write",
                #"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":10,"cache_write_tokens":20,"audio_tokens":40},"completion_tokens_details":{"reasoning_tokens":5,"audio_tokens":25}}"#,
                [30, 10, 20, 0, 40, 20, 5, 25]
            ),
            (
                "details that are null",
                #"{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"prompt_tokens_details":null,"completion_tokens_details":null}"#,
                [9, 0, 0, 0, 0, 4, 0, 0]
            ),
            (
                "xAI: reasoning outside completion",
                #"{"prompt_tokens":282,"completion_tokens":29,"total_tokens":916,"prompt_tokens_details":{"cached_tokens":237},"completion_tokens_details":{"reasoning_tokens":605}}"#,
                [45, 237, 0, 0, 0, 29, 605, 0]
            ),
            (
                "Mistral: audio outside prompt",
                #"{"prompt_audio_seconds":5,"prompt_tokens":11,"completion_tokens":15,"total_tokens":401,"prompt_tokens_details":{"audio_tokens":375,"cached_tokens":9}}"#,
                [2, 9, 0, 0, 375, 15, 0, 0]
            ),
            (
                "Gemini: thoughts outside completion, and not split",
                #"{"prompt_tokens":66,"completion_tokens":6,"total_tokens":100}"#, [66, 0, 0, 0, 0, 6, 28, 0]
            ),
            (
                "DeepSeek: hits and misses",
                #"{"prompt_tokens":547,"completion_tokens":69,"total_tokens":616,"prompt_tokens_details":{"cached_tokens":384},"prompt_cache_hit_tokens":384,"prompt_cache_miss_tokens":163}"#,
                [163, 384, 0, 0, 0, 69, 0, 0]
            ),
            (
                "DeepSeek, hits only",
                #"{"prompt_tokens":547,"completion_tokens":69,"total_tokens":616,"prompt_cache_hit_tokens":384}"#,
                [163, 384, 0, 0, 0, 69, 0, 0]
            ),
            (
                "Databricks: Anthropic's names, within the prompt",
                #"{"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010,"cache_creation_input_tokens":500,"cache_read_input_tokens":400}"#,
                [100, 400, 500, 0, 0, 10, 0, 0]
            ),
            (
                "LiteLLM: both names, which say the same",
                #"{"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010,"prompt_tokens_details":{"cached_tokens":400,"cache_creation_tokens":500},"cache_creation_input_tokens":500,"cache_read_input_tokens":400}"#,
                [100, 400, 500, 0, 0, 10, 0, 0]
            ),
            (
                "… beside the prompt, as there are more of them",
                #"{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110,"cache_creation_input_tokens":500,"cache_read_input_tokens":400}"#,
                [100, 400, 500, 0, 0, 10, 0, 0]
            ),
            (
                "… beside the prompt, as the total has it",
                #"{"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1910,"cache_creation_input_tokens":500,"cache_read_input_tokens":400}"#,
                [1000, 400, 500, 0, 0, 10, 0, 0]
            ),
            (
                "… in the details, and none of it",
                #"{"prompt_tokens":100,"completion_tokens":10,"prompt_tokens_details":{"cache_creation_input_tokens":60},"cache_creation_input_tokens":null,"cache_read_input_tokens":0}"#,
                [40, 0, 60, 0, 0, 10, 0, 0]
            ),
            (
                "Anthropic's names alone, which count beside the input",
                #"{"input_tokens":1000,"cache_read_input_tokens":900,"output_tokens":5}"#,
                [1000, 900, 0, 0, 0, 5, 0, 0]
            ),
            (
                "… with a total, which has them within",
                #"{"input_tokens":1000,"cache_read_input_tokens":900,"output_tokens":5,"total_tokens":1005}"#,
                [100, 900, 0, 0, 0, 5, 0, 0]
            ),
            (
                "… with details, as OpenAI has them",
                #"{"input_tokens":1000,"input_tokens_details":{"cached_tokens":900},"cache_read_input_tokens":900,"output_tokens":5}"#,
                [100, 900, 0, 0, 0, 5, 0, 0]
            ),
            (
                "… with OpenAI's own name for the input",
                #"{"prompt_tokens":1000,"input_tokens":1000,"cache_read_input_tokens":900,"completion_tokens":5}"#,
                [100, 900, 0, 0, 0, 5, 0, 0]
            ),
            (
                "… with what is kept for an hour",
                #"{"input_tokens":100,"output_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":40,"ephemeral_1h_input_tokens":60}}"#,
                [100, 0, 40, 60, 0, 10, 0, 0]
            ),
            (
                "LiteLLM: what is kept for an hour is a part of what was written",
                #"{"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010,"prompt_tokens_details":{"cached_tokens":400,"cache_creation_tokens":500,"cache_creation_token_details":{"ephemeral_5m_input_tokens":200,"ephemeral_1h_input_tokens":300}},"cache_creation_input_tokens":500,"cache_read_input_tokens":400}"#,
                [100, 400, 200, 300, 0, 10, 0, 0]
            ),
            (
                "Doubleword: all of it for five minutes, or null",
                #"{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110,"prompt_tokens_details":{"cache_creation_token_details":null},"cache_creation_input_tokens":60,"cache_creation":{"ephemeral_5m_input_tokens":60,"ephemeral_1h_input_tokens":0}}"#,
                [40, 0, 60, 0, 0, 10, 0, 0]
            ),
            (
                "Azure's Grok: more cached than there was",
                #"{"prompt_tokens":202,"completion_tokens":15,"total_tokens":217,"prompt_tokens_details":{"cached_tokens":314}}"#,
                [0, 202, 0, 0, 0, 15, 0, 0]
            ),
            (
                "Doubleword: more reasoning than completion",
                #"{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30,"completion_tokens_details":{"reasoning_tokens":25}}"#,
                [10, 0, 0, 0, 0, 0, 20, 0]
            ),
            (
                "Groq",
                #"{"queue_time":0.08,"prompt_tokens":1795,"prompt_time":0.2,"completion_tokens":16,"total_tokens":1811,"prompt_tokens_details":{"cached_tokens":1792},"completion_tokens_details":{"reasoning_tokens":14}}"#,
                [3, 1_792, 0, 0, 0, 2, 14, 0]
            ),
            (
                "Mistral's older cache count",
                #"{"prompt_tokens":20,"completion_tokens":1,"total_tokens":21,"num_cached_tokens":16}"#,
                [4, 16, 0, 0, 0, 1, 0, 0]
            ),
            (
                "Together and Moonshot: cached at the top",
                #"{"prompt_tokens":20,"completion_tokens":1,"total_tokens":21,"cached_tokens":16}"#,
                [4, 16, 0, 0, 0, 1, 0, 0]
            ),
            (
                "reasoning at the top",
                #"{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"reasoning_tokens":4}"#,
                [20, 0, 0, 0, 0, 5, 4, 0]
            ),
            (
                "Perplexity's deep research: thoughts and what was read outside everything",
                #"{"prompt_tokens":33,"completion_tokens":7163,"total_tokens":7196,"citation_tokens":20016,"num_search_queries":18,"reasoning_tokens":73997}"#,
                [20_049, 0, 0, 0, 0, 7_163, 73_997, 0]
            ),
            (
                "Perplexity's others: what was read is not paid for",
                #"{"prompt_tokens":33,"completion_tokens":200,"total_tokens":233,"citation_tokens":100,"reasoning_tokens":150}"#,
                [33, 0, 0, 0, 0, 50, 150, 0]
            ),
            ("an embedding", #"{"prompt_tokens":8,"total_tokens":8}"#, [8, 0, 0, 0, 0, 0, 0, 0]),
            ("an embedding's total only", #"{"total_tokens":8}"#, [8, 0, 0, 0, 0, 0, 0, 0]),
            ("the total tells the input", #"{"completion_tokens":2,"total_tokens":8}"#, [6, 0, 0, 0, 0, 2, 0, 0]),
            ("no total", #"{"prompt_tokens":8,"completion_tokens":2}"#, [8, 0, 0, 0, 0, 2, 0, 0]),
            (
                "a total too small", #"{"prompt_tokens":8,"completion_tokens":2,"total_tokens":1}"#,
                [8, 0, 0, 0, 0, 2, 0, 0]
            ),
            ("nothing", "{}", [0, 0, 0, 0, 0, 0, 0, 0]),
        ])
    func splits(name: String, text: String, expected: [Int]) throws { #expect(try counts(text) == expected, "\(name)") }

    @Test(
        "what is no count of tokens counts as nothing",
        arguments: [
            "-1", "1.5", "1e3", "1000000001", "99999999999999999999", "-9223372036854775808", "null", "\"7\"", "true",
            "[7]", "{\"a\":7}",
        ])
    func nonsense(value: String) throws {
        #expect(
            try counts(#"{"prompt_tokens":\#(value),"completion_tokens":2,"total_tokens":2}"#) == [
                0, 0, 0, 0, 0, 2, 0, 0,
            ])
        #expect(
            try counts(
                #"{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":\#(value)},"completion_tokens_details":\#(value)}"#
            ) == [5, 0, 0, 0, 0, 2, 0, 0])
    }

    @Test("the largest count is kept") func largest() throws {
        #expect(try counts(#"{"prompt_tokens":1000000000}"#)[0] == 1_000_000_000)
    }

    @Test("no split has a negative count, or counts more than prompt, completion and total", arguments: UInt64(1)...50)
    func sums(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        for _ in 0..<50 {
            let n = (0..<8).map { _ in Int.random(in: 0...30, using: &random) }
            let split = try counts(
                #"{"prompt_tokens":\#(n[0]),"completion_tokens":\#(n[1]),"total_tokens":\#(n[2] * 2),"prompt_tokens_details":{"cached_tokens":\#(n[3]),"cache_write_tokens":\#(n[4]),"audio_tokens":\#(n[5])},"completion_tokens_details":{"reasoning_tokens":\#(n[6]),"audio_tokens":\#(n[7])}}"#
            )
            #expect(split.allSatisfy { $0 >= 0 })
            let sum = split.reduce(0, +)
            #expect(sum == n[0] + n[1] || sum == max(n[2] * 2, n[0] + n[1]), "\(n)")
        }
    }

    @Test(
        "a cost in dollars is read to the nanodollar, exponents included, and what is none is left out",
        arguments: [
            ("0.00014", 140_000), ("0", 0), ("1", 1_000_000_000), ("1.5", 1_500_000_000), ("1.4e-4", 140_000),
            ("14E-5", 140_000), ("1e+2", 100_000_000_000), ("1.0e0", 1_000_000_000),
            ("0.0000000019", 1), ("0.0000000009", 0), ("1e-30", 0), ("9.5e-7", 950), ("12.5e-1", 1_250_000_000),
            ("9223372036.854775807", .max), ("9223372036.854775808", nil), ("1e10", nil), ("1e29", nil), ("1e31", nil),
            ("1e-31", nil), ("1e-9223372036854775808", nil), ("1e99999999999999999999", nil), ("-1", nil),
            ("null", nil), ("\"1\"", nil),
            (#"{"input_tokens_cost":2e-05,"request_cost":0.005,"total_cost":0.00504}"#, 5_040_000),
            (#"{"total_cost":null}"#, nil), ("{}", nil),
        ] as [(String, Int64?)])
    func cost(text: String, nanodollars: Int64?) throws {
        #expect(try usage(#"{"cost":\#(text),"prompt_tokens":1}"#).reportedCost?.nanodollars == nanodollars)
    }

    @Test("the object's range is remembered, and can be forgotten") func range() throws {
        try withBytes(#"{"usage": {"prompt_tokens":1} }"#) { bytes in
            var cursor = JSONCursor(bytes, at: 10)
            var usage = try OpenAIUsage(&cursor)
            #expect(string(bytes[usage.range]) == #"{"prompt_tokens":1}"#)
            usage.forgetRange()
            #expect(usage.range.isEmpty)
        }
    }
}

@Suite("Whole answers of the OpenAI dialect")
struct OpenAIAnswerTests {
    private func answer(_ text: String) throws -> OpenAIAnswer { try withBytes(text) { try OpenAIAnswer($0) } }

    @Test(
        "are errors where one stands in the place of every choice",
        arguments: [
            (#"{"choices":[{"error":{"code":429,"message":"slow"},"message":{"content":""}}]}"#, true),
            (#"{"choices":[{"finish_reason":"error","error":{"code":429,"message":"slow"}}],"error":null}"#, true),
            (#"{"choices":[{"error":null,"message":{"content":"Hi"}}]}"#, false),
            (#"{"choices":[{"message":{"content":"Hi","error":"x"}}]}"#, false),
            (#"{"choices":[{"message":{"content":"Hi"}},{"error":{"code":429,"message":"slow"}}]}"#, false),
            (#"{"choices":[]}"#, false), (#"{"choices":[null]}"#, false),
        ])
    func errors(text: String, isError: Bool) throws {
        #expect(try answer(text).isError == isError)
        let error = ProviderError(inAnswer: Array(text.utf8))
        #expect((error != nil) == isError)
        if let error { #expect(error.status == 429 && error.kind == .rateLimit && error.message == "slow") }
    }

    @Test(
        "without a message in a choice are none, unless something was counted for them",
        arguments: [
            (#"{"choices":[]}"#, true), (#"{"object":"chat.completion"}"#, true), (#"{"data":[{}]}"#, true),
            ("{}", true), (#"{"detail":"Not Found"}"#, true), (#"{"message":"overloaded, try later"}"#, true),
            (#"{"choices":null,"base_resp":{"status_code":1008}}"#, true), (#"{"choices":{}}"#, true),
            (#"{"success":false,"errors":[{"message":"x"}]}"#, true), (#"{"choices":[{}]}"#, true),
            (#"{"choices":[null]}"#, true), (#"{"choices":[{"message":null,"finish_reason":"stop"}]}"#, true),
            (#"{"usage":{"prompt_tokens":3,"completion_tokens":2}}"#, true),
            (#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":0}}"#, false),
            (#"{"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":0}}"#, false),
            (#"{"choices":[{"message":{"content":""}}]}"#, false), (#"{"choices":[{"message":{}}]}"#, false),
            (#"{"choices":[{"message":{"content":null,"tool_calls":[]},"finish_reason":"tool_calls"}]}"#, false),
            (#"{"choices":[{"message":{"content":null,"refusal":"No."}}]}"#, false),
            (#"{"choices":[{"delta":{"content":"Hi"}}]}"#, false),
            (#"{"choices":[{},{"message":{"content":"Hi"}}]}"#, false),
        ] as [(String, Bool)])
    func choices(text: String, isNone: Bool) throws {
        #expect((try answer(text).lack(at: .chat) != nil) == isNone)
        let read = try? OpenAIChat.readAnswer(Array(text.utf8))
        #expect((read == nil) == isNone)
    }

    @Test("a completion has a text, and embeddings a list of them, or else a count") func others() throws {
        #expect(try answer(#"{"choices":[{"text":""}]}"#).lack(at: .completions) == nil)
        #expect(try answer(#"{"choices":[{"text":null}]}"#).lack(at: .completions) != nil)
        for text in [
            #"{"data":[{"embedding":[0.5]}]}"#, #"{"data":[{"embedding":"AAAA"}]}"#,
            #"{"data":[],"usage":{"prompt_tokens":3}}"#,
        ] {
            #expect(try answer(text).lack(at: .embeddings) == nil, "\(text)")
        }
        for text in ["{}", #"{"detail":"x"}"#, #"{"data":[]}"#, #"{"data":null}"#, #"{"usage":{"prompt_tokens":3}}"#] {
            #expect(try answer(text).lack(at: .embeddings) != nil, "\(text)")
        }
    }

    @Test("usage and content are found") func found() throws {
        let text =
            #" {"id":"x","choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4},"x":[]} "#
        let answer = try answer(text)
        #expect(answer.usage?.usage == Usage(input: 3, output: 1))
        #expect(
            withBytes(text) { string($0[answer.usage!.range]) }
                == #"{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}"#)
        // What the provider counted need not be counted here.
        #expect(answer.contentBytes == 0)
    }

    @Test(
        "the tier of service that an answer names goes with its usage, wherever it stands",
        arguments: [
            (#"{"service_tier":"priority","usage":{"prompt_tokens":1,"completion_tokens":1}}"#, .priority),
            (#"{"usage":{"prompt_tokens":1,"completion_tokens":1},"service_tier":"flex"}"#, .flex),
            (#"{"service_tier":"fast","usage":{"prompt_tokens":1}}"#, .priority),
            (#"{"service_tier":"default","usage":{"prompt_tokens":1}}"#, .standard),
            (#"{"service_tier":null,"usage":{"prompt_tokens":1}}"#, nil), (#"{"usage":{"prompt_tokens":1}}"#, nil),
        ] as [(String, ServiceTier?)])
    func services(answer: String, tier: ServiceTier?) throws {
        let read = try withBytes(answer) { try OpenAIAnswer($0) }
        #expect(read.usage?.service == tier)
        let chunk = try withBytes(answer) { try OpenAIChunk($0) }
        #expect(chunk.usage?.service == tier)
    }

    @Test(
        "searches are counted where a provider counts them, once",
        arguments: [
            (#""server_side_tool_usage_details":{"web_search_calls":2,"x_search_calls":1,"mcp_calls":9}"#, 3),
            (#""server_tool_use":{"web_search_requests":3,"web_fetch_requests":1}"#, 3),
            (#""server_tool_use_details":{"web_search_requests":1,"tool_calls_requested":4}"#, 1),
            (#""server_tool_use":{"web_search_requests":3},"server_tool_use_details":{"web_search_requests":3}"#, 3),
            (#""num_search_queries":28"#, 28), (#""num_search_queries":null"#, 0), (#""server_tool_use":null"#, 0),
            (#""num_search_queries":-1"#, 0),
        ])
    func searches(member: String, count: Int) throws {
        #expect(try usage(#"{"prompt_tokens":1,"completion_tokens":1,\#(member)}"#).usage.search == count)
    }

    @Test("without usage the text of the choices is counted, wherever they stand")
    func content() throws {
        // No "assistant" and no "stop".
        let choices = #""choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]"#
        #expect(try answer("{\(choices)}").contentBytes == 5)
        #expect(try answer("{\"x\":[\"y\"], \(choices) ,\"usage\":null}").contentBytes == 5)
        let call =
            #"{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}"#
        #expect(
            try answer(#"{"choices":[{"message":{"tool_calls":[\#(call)]},"logprobs":{"content":[{"token":"x"}]}}]}"#)
                .contentBytes == 10)
    }

    @Test(
        "an answer may lack usage",
        arguments: [#"{"choices":[]}"#, #"{"choices":[],"usage":null}"#, #"{"usage":7}"#, "{}"])
    func noUsage(text: String) throws { #expect(try answer(text).usage == nil) }

    @Test("an answer counts text and no images") func images() throws {
        #expect(
            try answer(
                #"{"choices":[{"message":{"content":"ab","images":[{"image_url":{"url":"data:image/png;base64,AAAAAAAA"}}]}}]}"#
            ).contentBytes == 2)
    }

    @Test("an escaped name is the same name") func escaped() throws {
        #expect(try answer(#"{"us\u0061ge":{"prompt_tokens":3}}"#).usage?.usage.input == 3)
    }

    @Test("blank lines before the answer are passed over") func blank() throws {
        #expect(try answer("\n\n\n{\"usage\":{\"prompt_tokens\":3}}").usage?.usage.input == 3)
    }

    @Test(
        "what is no JSON object is no answer",
        arguments: ["", "[]", "null", "\"x\"", "{", "{}x", "<html>", #"{"usage":{]}"#])
    func invalid(text: String) { #expect(throws: JSONError.self) { try answer(text) } }
}

@Suite("Cost in usage objects")
struct CostFieldsTests {
    private let cost = Cost(input: Money(nanodollars: 1_000), output: Money(nanodollars: 2_500))
    private func written(_ text: String, _ cost: Cost? = nil, earlier: EarlierCost = .none) throws -> String {
        let result = withBytes(text) { string(CostFields.object($0, cost: cost ?? self.cost, earlier: earlier)) }
        #expect(accepts(result), "\(result)")
        _ = try JSONSerialization.jsonObject(with: Data(result.utf8))
        return result
    }

    @Test(
        "our cost stands beside what the provider counted, and its own stays as reported",
        arguments: [
            ("{}", #"{"cost":0.0000035,"cost_details":{"input":0.000001,"output":0.0000025}}"#),
            (
                #"{"prompt_tokens":1}"#,
                #"{"prompt_tokens":1,"cost":0.0000035,"cost_details":{"input":0.000001,"output":0.0000025}}"#
            ),
            // OpenRouter
            (
                #"{"cost":0.5,"a": [1, 2] ,"cost_details":{"upstream_inference_cost":0.4,"input":9}}"#,
                #"{"a":[1, 2],"cost":0.0000035,"cost_details":{"input":0.000001,"output":0.0000025,"reported":0.5,"upstream_inference_cost":0.4}}"#
            ),
            (
                #"{"cost_details":null,"cost":null}"#,
                #"{"cost":0.0000035,"cost_details":{"input":0.000001,"output":0.0000025,"reported":null}}"#
            ),
            // Perplexity
            (
                #"{"cost":{"input_tokens_cost":0.1,"total_cost":0.2},"prompt_tokens":1}"#,
                #"{"prompt_tokens":1,"cost":0.0000035,"cost_details":{"input":0.000001,"output":0.0000025,"reported":{"input_tokens_cost":0.1,"total_cost":0.2}}}"#
            ),
            (
                #"{"c\u006fst":1,"k\"ey":"\n"}"#,
                #"{"k\"ey":"\n","cost":0.0000035,"cost_details":{"input":0.000001,"output":0.0000025,"reported":1}}"#
            ),
            (
                #"{"cost_details":{"reported":1,"output":2,"request":3,"earlier_attempts":4,"pending":true,"x\\":{}}}"#,
                #"{"cost":0.0000035,"cost_details":{"input":0.000001,"output":0.0000025,"x\\":{}}}"#
            ),
        ])
    func written(text: String, result: String) throws { #expect(try written(text) == result) }

    @Test("a fee and what earlier attempts cost are in the sum and beside it") func parts() throws {
        var cost = cost
        cost.request = Money(nanodollars: 500)
        #expect(
            try written("{}", cost, earlier: EarlierCost(Money(nanodollars: 6_000)))
                == #"{"cost":0.00001,"cost_details":{"input":0.000001,"output":0.0000025,"request":0.0000005,"earlier_attempts":0.000006}}"#
        )
    }

    @Test(
        "who has terms of its own is not told what the provider charges",
        arguments: [
            #"{"prompt_tokens":1}"#, #"{"prompt_tokens":1,"cost":0.7}"#,
            #"{"cost":{"total_cost":1},"prompt_tokens":1}"#,
            #"{"cost_details":{"upstream_inference_cost":0.6},"prompt_tokens":1,"c\u006fst":0.7}"#,
            #"{"prompt_tokens":1,"cost_in_usd_ticks":7}"#, #"{"estimated_cost":0.7,"prompt_tokens":1}"#,
        ])
    func hidden(text: String) throws {
        let told = EarlierCost(.zero, hidesReported: true)
        let object = #"{"prompt_tokens":1,"cost":0.0000035,"cost_details":{"input":0.000001,"output":0.0000025}}"#
        #expect(try written(text, earlier: told) == object)
        let edited = try withBytes(text) { bytes in
            var cursor = JSONCursor(bytes)
            var edits = ByteEdits()
            edits.add(CostFields.edit(try OpenAIUsage(&cursor).place, in: bytes, cost: cost, earlier: told))
            return string(edits.applied(to: bytes))
        }
        #expect(edited == object)
        let members = CostFields.members(cost: cost, earlier: told, reported: Money(nanodollars: 7))
        #expect("{\"prompt_tokens\":1,\(string(members))}" == object)
    }

    @Test("what may still come to more says so, a provider's own word for that does not") func pending() throws {
        #expect(
            try written(
                #"{"cost_details":{"pending":1}}"#, earlier: EarlierCost(Money(nanodollars: 500), isPending: true))
                == #"{"cost":0.000004,"cost_details":{"input":0.000001,"output":0.0000025,"earlier_attempts":0.0000005,"pending":true}}"#
        )
        let members = CostFields.members(cost: cost, earlier: EarlierCost(.zero, isPending: true), reported: nil)
        #expect(
            string(members)
                == #""cost":0.0000035,"cost_details":{"input":0.000001,"output":0.0000025,"pending":true}"#)
    }

    @Test(
        "the edit of the object says the same, and leaves valid JSON",
        arguments: [
            "{}", "{ }", #"{"prompt_tokens":1}"#, #"{"prompt_tokens":1 }"#, #"{"a":{"b":[]},"c":"}"}"#,
            #"{"cost":0.5,"a":1}"#, #"{"a":1,"cost_details":null}"#,
            #"{"cost_details":{"x":1},"cost":{"total_cost":1}}"#, #"{"c\u006fst":1}"#,
        ])
    func edits(text: String) throws {
        let event = #"data: {"choices":[],"usage": \#(text) ,"x":1}"#
        for request in [Money.zero, Money(nanodollars: 5)] {
            for earlier in [.none, EarlierCost(Money(nanodollars: 7)), EarlierCost(.zero, isPending: true)] {
                var cost = cost
                cost.request = request
                let result = try withBytes(String(event.dropFirst(6))) { bytes in
                    let start = try #require(event.range(of: text)).lowerBound
                    var cursor = JSONCursor(bytes, at: event[..<start].utf8.count - 6)
                    let usage = try OpenAIUsage(&cursor)
                    let edit = CostFields.edit(usage.place, in: bytes, cost: cost, earlier: earlier)
                    var edits = ByteEdits()
                    edits.add(edit)
                    var moved = ByteEdits()
                    moved.add(edit.moved(by: 6))
                    let whole = withBytes(event) { string(moved.applied(to: $0)) }
                    #expect(whole == "data: " + string(edits.applied(to: bytes)))
                    return edits.applied(to: bytes)
                }
                #expect(accepts(result), "\(string(result))")
                let object = try #require(JSONSerialization.jsonObject(with: Data(result)) as? [String: Any])
                let expected =
                    try JSONSerialization.jsonObject(with: Data(try written(text, cost, earlier: earlier).utf8))
                    as? NSDictionary
                #expect(object["usage"] as? NSDictionary == expected)
                #expect(object["x"] as? Int == 1)
            }
        }
    }

    @Test("what cannot be read is left as it is", arguments: ["", "null", "{\"a\"}"])
    func unreadable(text: String) { #expect(withBytes(text) { string(CostFields.object($0, cost: cost)) } == text) }
}
