import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Usage of every dialect")
struct UsageReaderTests {
    private func report(_ dialect: UsageDialect, _ documents: [String]) throws -> UsageReport {
        var reader = dialect.reader
        for document in documents { try Array(document.utf8).withUnsafeBytes { try reader.read($0) } }
        return reader.report
    }

    @Test("Cohere's bill of nothing, beside tokens that were counted, is none")
    func unbilled() throws {
        func usage(_ billed: String) throws -> Usage {
            try report(
                .cohere,
                [#"{"usage":{"billed_units":{\#(billed)},"tokens":{"input_tokens":500,"output_tokens":2000}}}"#]
            ).usage
        }
        #expect(try usage(#""search_units":0"#) == Usage(input: 500, output: 2_000))
        #expect(try usage(#""input_tokens":0,"output_tokens":0"#) == Usage(input: 500, output: 2_000))
        #expect(try usage(#""input_tokens":5,"output_tokens":7"#) == Usage(input: 5, output: 7))
    }

    /// What is not 0, by the kinds' names.
    private func counts(_ dialect: UsageDialect, _ documents: [String]) throws -> [String: Int] {
        let usage = try report(dialect, documents).usage
        return Dictionary(
            uniqueKeysWithValues: UsageKind.allCases.filter { usage[$0] != 0 }.map { ($0.rawValue, usage[$0]) })
    }

    @Test(
        "a whole answer is split into disjoint counts",
        arguments: [
            (
                .anthropic,
                #"{"model":"c","usage":{"input_tokens":7,"cache_read_input_tokens":400,"cache_creation_input_tokens":90,"cache_creation":{"ephemeral_5m_input_tokens":60,"ephemeral_1h_input_tokens":30},"output_tokens":50,"output_tokens_details":{"thinking_tokens":20},"server_tool_use":{"web_search_requests":2,"web_fetch_requests":1}}}"#,
                [
                    "input": 7, "cached_input": 400, "cache_write": 60, "cache_write_1h": 30, "output": 30,
                    "reasoning": 20, "search": 2,
                ]
            ),
            (
                .anthropic,
                #"{"usage":{"input_tokens":7,"cache_creation_input_tokens":90,"cache_creation":null,"output_tokens":5}}"#,
                ["input": 7, "cache_write": 90, "output": 5]
            ),
            (
                .gemini,
                #"{"usageMetadata":{"promptTokenCount":1000,"cachedContentTokenCount":300,"toolUsePromptTokenCount":40,"candidatesTokenCount":80,"thoughtsTokenCount":25,"totalTokenCount":1145,"promptTokensDetails":[{"modality":"TEXT","tokenCount":500},{"modality":"AUDIO","tokenCount":400},{"modality":"IMAGE","tokenCount":100}],"cacheTokensDetails":[{"modality":"TEXT","tokenCount":200},{"modality":"AUDIO","tokenCount":100}],"candidatesTokensDetails":[{"modality":"TEXT","tokenCount":30},{"modality":"IMAGE","tokenCount":50}]}}"#,
                [
                    "cached_input": 200, "cached_audio_input": 100, "audio_input": 300, "image_input": 100,
                    "input": 340,
                    "output": 30, "image_output": 50, "reasoning": 25,
                ]
            ),
            (
                .gemini, #"{"usageMetadata":{"promptTokenCount":12,"thoughtsTokenCount":320,"totalTokenCount":332}}"#,
                ["input": 12, "reasoning": 320]
            ),
            (
                .gemini,
                #"{"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":4,"promptTokensDetails":[{"modality":1,"tokenCount":3},{"modality":2,"tokenCount":2},{"modality":4,"tokenCount":4}]}}"#,
                ["input": 3, "image_input": 2, "audio_input": 4, "output": 4]
            ),
            (
                .gemini,
                #"{"usage":{"total_input_tokens":10,"total_cached_tokens":4,"total_tool_use_tokens":3,"total_output_tokens":6,"total_thought_tokens":5,"input_tokens_by_modality":[{"modality":"text","tokens":8},{"modality":"image","tokens":2}]}}"#,
                ["cached_input": 4, "image_input": 2, "input": 7, "output": 6, "reasoning": 5]
            ),
            (
                .bedrock,
                #"{"output":{},"usage":{"inputTokens":11,"outputTokens":22,"totalTokens":633,"cacheReadInputTokens":500,"cacheReadInputTokenCount":500,"cacheWriteInputTokens":100,"cacheWriteInputTokenCount":100,"cacheDetails":[{"ttl":"5m","inputTokens":70},{"ttl":"1h","inputTokens":30}]}}"#,
                ["input": 11, "cached_input": 500, "cache_write": 70, "cache_write_1h": 30, "output": 22]
            ),
            (
                .cohere,
                #"{"message":{},"usage":{"billed_units":{"input_tokens":61,"output_tokens":40},"tokens":{"input_tokens":1420,"output_tokens":60,"reasoning_tokens":15},"cached_tokens":1400}}"#,
                ["input": 61, "output": 25, "reasoning": 15]
            ),
            (.cohere, #"{"results":[],"meta":{"billed_units":{"search_units":3}}}"#, ["search": 3]),
            (
                .cohere, #"{"embeddings":{},"meta":{"billed_units":{"input_tokens":5,"image_tokens":90}}}"#,
                ["input": 5, "image_input": 90]
            ),
            (
                .responses,
                #"{"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":30},"output_tokens":20,"output_tokens_details":{"reasoning_tokens":8},"total_tokens":120}}"#,
                ["input": 10, "cached_input": 60, "cache_write": 30, "output": 12, "reasoning": 8]
            ),
            (
                .responses,
                #"{"usage":{"input_tokens":9,"output_tokens":3,"total_tokens":12,"cost_in_usd_ticks":5005,"server_side_tool_usage_details":{"web_search_calls":2,"x_search_calls":1,"mcp_calls":4}}}"#,
                ["input": 9, "output": 3, "search": 3]
            ),
            (
                .openAI,
                #"{"usage":{"input_tokens":70,"input_tokens_details":{"text_tokens":20,"image_tokens":50},"output_tokens":300,"output_tokens_details":{"image_tokens":280,"text_tokens":20},"total_tokens":370}}"#,
                ["input": 20, "image_input": 50, "output": 20, "image_output": 280]
            ),
            (
                .openAI,
                #"{"usage":{"type":"tokens","input_tokens":140,"input_token_details":{"text_tokens":10,"audio_tokens":130},"output_tokens":30,"total_tokens":170}}"#,
                ["input": 10, "audio_input": 130, "output": 30]
            ),
            (
                .ollama, #"{"model":"m","done":true,"prompt_eval_count":31,"eval_count":12,"eval_duration":5}"#,
                ["input": 31, "output": 12]
            ),
        ] as [(UsageDialect, String, [String: Int])])
    func whole(dialect: UsageDialect, answer: String, expected: [String: Int]) throws {
        #expect(try counts(dialect, [answer]) == expected)
        #expect(try report(dialect, [answer]).isReadable)
    }

    @Test(
        "of a stream the last word holds, and nothing is added up",
        arguments: [
            (
                .anthropic,
                [
                    #"{"type":"message_start","message":{"model":"c","usage":{"input_tokens":20,"cache_read_input_tokens":5,"cache_creation_input_tokens":6,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":6},"output_tokens":1}}}"#,
                    #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}"#,
                    #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":40}}"#,
                    #"{"type":"message_stop"}"#,
                ], ["input": 20, "cached_input": 5, "cache_write_1h": 6, "output": 40]
            ),
            (
                .anthropic,
                [
                    #"{"type":"message_start","message":{"usage":{"input_tokens":2000,"output_tokens":1}}}"#,
                    #"{"type":"message_delta","usage":{"input_tokens":10000,"output_tokens":40,"server_tool_use":{"web_search_requests":1}}}"#,
                ], ["input": 10000, "output": 40, "search": 1]
            ),
            // An input of nothing stands for none that was something; what is divided anew holds.
            (
                .anthropic,
                [
                    #"{"type":"message_start","message":{"usage":{"input_tokens":10000,"cache_read_input_tokens":500,"output_tokens":1}}}"#,
                    #"{"type":"message_delta","usage":{"input_tokens":0,"cache_read_input_tokens":0,"output_tokens":50}}"#,
                ], ["input": 10_000, "cached_input": 500, "output": 50]
            ),
            (
                .anthropic,
                [
                    #"{"type":"message_start","message":{"usage":{"input_tokens":10000,"cache_creation_input_tokens":9,"output_tokens":1}}}"#,
                    #"{"type":"message_delta","usage":{"input_tokens":0,"output_tokens":50}}"#,
                ], ["input": 10_000, "cache_write": 9, "output": 50]
            ),
            (
                .anthropic,
                [
                    #"{"type":"message_start","message":{"usage":{"input_tokens":10000,"output_tokens":1}}}"#,
                    #"{"type":"message_delta","usage":{"input_tokens":0,"cache_read_input_tokens":9000,"output_tokens":50}}"#,
                ], ["cached_input": 9_000, "output": 50]
            ),
            (
                .anthropic,
                [
                    #"{"type":"message_start","message":{"usage":{"input_tokens":0,"output_tokens":0}}}"#,
                    #"{"type":"message_delta","usage":{"input_tokens":70,"output_tokens":50}}"#,
                ], ["input": 70, "output": 50]
            ),
            (
                .gemini,
                [
                    #"{"usageMetadata":{"trafficType":"ON_DEMAND"}}"#,
                    #"{"usageMetadata":{"promptTokenCount":8,"thoughtsTokenCount":3}}"#,
                    #"{"usageMetadata":{"promptTokenCount":8,"candidatesTokenCount":9,"thoughtsTokenCount":7}}"#,
                    #"{"usageMetadata":{"trafficType":"ON_DEMAND"}}"#,
                ], ["input": 8, "output": 9, "reasoning": 7]
            ),
            (
                .bedrock,
                [
                    #"{"role":"assistant"}"#, #"{"stopReason":"end_turn"}"#,
                    #"{"usage":{"inputTokens":4,"outputTokens":6,"totalTokens":10},"metrics":{"latencyMs":5}}"#,
                ], ["input": 4, "output": 6]
            ),
            (
                .bedrock,
                [
                    #"{"completion":" hi"}"#,
                    #"{"amazon-bedrock-invocationMetrics":{"inputTokenCount":4,"outputTokenCount":6,"cacheReadInputTokenCount":2}}"#,
                ], ["input": 4, "cached_input": 2, "output": 6]
            ),
            (
                .cohere,
                [
                    #"{"type":"content-delta","delta":{"message":{}}}"#,
                    #"{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":3,"output_tokens":2}}}}"#,
                ], ["input": 3, "output": 2]
            ),
            (
                .responses,
                [
                    #"{"type":"response.created","response":{"usage":null}}"#,
                    #"{"type":"response.output_text.delta","delta":"usage"}"#,
                    #"{"type":"response.completed","response":{"service_tier":"priority","usage":{"input_tokens":5,"output_tokens":4,"total_tokens":9}}}"#,
                ], ["input": 5, "output": 4]
            ),
            (
                .openAI,
                [
                    #"{"choices":[],"usage":null}"#,
                    #"{"choices":[],"x_groq":{"usage":{"prompt_tokens":5,"completion_tokens":1}}}"#,
                    #"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":4}}"#,
                ], ["input": 5, "output": 4]
            ),
        ] as [(UsageDialect, [String], [String: Int])])
    func streams(dialect: UsageDialect, events: [String], expected: [String: Int]) throws {
        #expect(try counts(dialect, events) == expected)
    }

    @Test(
        "a usage object by itself is read like an answer",
        arguments: [
            (.openAI, #"{"prompt_tokens":3,"completion_tokens":2}"#),
            (.responses, #"{"input_tokens":3,"output_tokens":2}"#),
            (.anthropic, #"{"input_tokens":3,"output_tokens":2}"#), (.bedrock, #"{"inputTokens":3,"outputTokens":2}"#),
            (.gemini, #"{"promptTokenCount":3,"candidatesTokenCount":2}"#),
            (.cohere, #"{"billed_units":{"input_tokens":3,"output_tokens":2}}"#),
        ] as [(UsageDialect, String)])
    func bare(dialect: UsageDialect, usage: String) throws {
        #expect(try counts(dialect, [usage]) == ["input": 3, "output": 2])
    }

    @Test("what another model used is told apart, and what no other used is added")
    func iterations() throws {
        let usage = #"""
            {"usage":{"input_tokens":10,"output_tokens":5,"iterations":[
            {"type":"message","input_tokens":10,"output_tokens":5},
            {"type":"advisor_message","model":"big","input_tokens":700,"output_tokens":40,"cache_read_input_tokens":9},
            {"type":"compaction","input_tokens":100,"output_tokens":20}]}}
            """#
        let report = try report(.anthropic, [usage])
        #expect(report.usage == Usage(input: 110, output: 25))
        #expect(
            report.helpers == [UsageReport.Helper(model: "big", usage: Usage(input: 700, cachedInput: 9, output: 40))])
    }

    @Test(
        "the tier of service is what the answer says",
        arguments: [
            (.anthropic, #"{"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"batch"}}"#, .batch),
            (
                .anthropic,
                #"{"usage":{"input_tokens":1,"output_tokens":1,"inference_geo":"us","service_tier":"standard"}}"#,
                .regional
            ),
            (
                .anthropic,
                #"{"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"standard","inference_geo":"global"}}"#,
                .standard
            ),
            (.anthropic, #"{"usage":{"input_tokens":1,"inference_geo":"not_available"}}"#, .standard),
            (.anthropic, #"{"usage":{"input_tokens":1,"service_tier":"standard","speed":"fast"}}"#, .faster),
            (.anthropic, #"{"usage":{"input_tokens":1,"service_tier":"standard","speed":"standard"}}"#, .standard),
            (.anthropic, #"{"usage":{"input_tokens":1,"inference_geo":"us","speed":"fast"}}"#, .regionalFaster),
            (.anthropic, #"{"usage":{"input_tokens":1,"inference_geo":"us","speed":null}}"#, .regional),
            (.anthropic, #"{"usage":{"input_tokens":1,"inference_geo":null}}"#, .standard),
            (.openAI, #"{"service_tier":"flex","usage":{"prompt_tokens":1,"completion_tokens":1}}"#, .flex),
            (.openAI, #"{"service_tier":"fast","usage":{"prompt_tokens":1,"completion_tokens":1}}"#, .priority),
            (.openAI, #"{"service_tier":"ultrafast","usage":{"prompt_tokens":1,"completion_tokens":1}}"#, .ultrafast),
            (.openAI, #"{"service_tier":"default","usage":{"prompt_tokens":1,"completion_tokens":1}}"#, .standard),
            (
                .responses, #"{"response":{"service_tier":"priority","usage":{"input_tokens":1,"output_tokens":1}}}"#,
                .priority
            ),
            (.gemini, #"{"usageMetadata":{"promptTokenCount":1,"trafficType":"ON_DEMAND_FLEX"}}"#, .flex),
            (.gemini, #"{"usageMetadata":{"promptTokenCount":1,"trafficType":"PROVISIONED_THROUGHPUT"}}"#, .standard),
            (.bedrock, #"{"serviceTier":{"type":"priority"},"usage":{"inputTokens":1,"outputTokens":1}}"#, .priority),
        ] as [(UsageDialect, String, ServiceTier)])
    func services(dialect: UsageDialect, answer: String, tier: ServiceTier) throws {
        #expect(try report(dialect, [answer]).service == tier)
    }

    @Test(
        "a tier of service that is not named is left open",
        arguments: [
            (.openAI, #"{"usage":{"prompt_tokens":1,"completion_tokens":1}}"#),
            (.responses, #"{"usage":{"input_tokens":1,"output_tokens":1}}"#),
            (.anthropic, #"{"usage":{"input_tokens":1,"output_tokens":1}}"#),
            (.gemini, #"{"usageMetadata":{"promptTokenCount":1}}"#),
            (.bedrock, #"{"usage":{"inputTokens":1,"outputTokens":1}}"#),
        ] as [(UsageDialect, String)])
    func unnamedService(dialect: UsageDialect, answer: String) throws {
        let report = try report(dialect, [answer])
        #expect(report.statedService == nil && report.service == .standard)
    }

    @Test("counts that contradict each other are cut, so that none is below 0", arguments: UsageDialect.allCases)
    func contradictions(dialect: UsageDialect) throws {
        let usage = #"""
            {"prompt_tokens":5,"completion_tokens":2,"input_tokens":5,"output_tokens":2,
            "prompt_tokens_details":{"cached_tokens":90,"audio_tokens":80,"image_tokens":7},
            "completion_tokens_details":{"reasoning_tokens":70,"audio_tokens":9},"output_tokens_details":{"thinking_tokens":9},
            "cache_creation":{"ephemeral_1h_input_tokens":50},"cacheDetails":[{"ttl":"1h","inputTokens":50}],
            "promptTokenCount":5,"cachedContentTokenCount":90,"candidatesTokenCount":2,"inputTokens":5,"outputTokens":2,
            "promptTokensDetails":[{"modality":"AUDIO","tokenCount":50}],"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":99}],
            "candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":50}],
            "billed_units":{"input_tokens":5,"output_tokens":2},"tokens":{"reasoning_tokens":50},
            "prompt_eval_count":5,"eval_count":2}
            """#
        let usage0 = try report(dialect, [usage]).usage
        #expect(UsageKind.allCases.allSatisfy { usage0[$0] >= 0 })
        // Beside OpenAI's prompt stands what was written to a cache, where that is more than the prompt.
        let input = dialect == .openAI || dialect == .responses ? 55 : 5
        #expect(usage0.totalInput == input && usage0.totalOutput == 2)
    }

    @Test(
        "what counts nothing is not readable, and what is no object is refused",
        arguments: UsageDialect.allCases)
    func unreadable(dialect: UsageDialect) throws {
        for answer in [
            #"{}"#, #"{"usage":null}"#, #"{"usage":{}}"#, #"{"usage":{"input_tokens":"7"}}"#, #"{"usage":[1]}"#,
        ] {
            #expect(try !report(dialect, [answer]).isReadable, "\(answer)")
        }
        for answer in ["", "[]", "7", #"{"usage":"#, #"{} {}"#] {
            #expect(throws: JSONError.self) { try report(dialect, [answer]) }
        }
    }

    @Test(
        "an answer whose input is not counted is not readable, for it would be free of it",
        arguments: [
            (.anthropic, #"{"usage":{"output_tokens":9}}"#), (.bedrock, #"{"usage":{"outputTokens":9}}"#),
            (.gemini, #"{"usageMetadata":{"candidatesTokenCount":9,"thoughtsTokenCount":9}}"#),
            (.openAI, #"{"usage":{"completion_tokens":5}}"#),
            (.openAI, #"{"usage":{"prompt_tokens":null,"completion_tokens":5,"total_tokens":5}}"#),
            (.openAI, #"{"usage":{"prompt_tokens":2000000000,"completion_tokens":5}}"#),
            (.openAI, #"{"usage":{"prompt_tokens":-1,"completion_tokens":5,"total_tokens":4}}"#),
            (.responses, #"{"usage":{"output_tokens":9}}"#),
        ] as [(UsageDialect, String)])
    func withoutInput(dialect: UsageDialect, answer: String) throws {
        #expect(try !report(dialect, [answer]).isReadable)
    }

    @Test("xAI's ticks are a ten-thousand-millionth of a dollar")
    func ticks() throws {
        let answer = #"{"usage":{"input_tokens":1,"output_tokens":1,"cost_in_usd_ticks":123456780}}"#
        #expect(try report(.responses, [answer]).reportedCost == Money(nanodollars: 12_345_678))
    }
}
