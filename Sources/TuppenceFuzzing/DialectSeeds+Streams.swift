import TuppenceDialects

extension DialectSeeds {
    static func streams(_ dialect: Dialect) -> [[UInt8]] {
        switch dialect {
        case .openAI: openAIStreams
        case .mistral: mistralStreams
        case .anthropic: anthropicStreams
        case .responses: responsesStreams
        case .gemini: geminiStreams
        case .bedrock: bedrockStreams
        case .cohere: cohereStreams
        }
    }

    private static let openAIStreams: [[UInt8]] = [
        (chunk(#"{"role":"assistant","content":""}"#) + chunk(#"{"reasoning_content":"h"}"#)
            + chunk(#"{"content":"é"}"#)
            + chunk(
                #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{"}},{"index":1,"id":"b","function":{"name":"g","arguments":""}}]}"#
            ) + chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}"#)
            + chunk("{}", #""tool_calls""#) + ": keep-alive\n\n"
            + #"data: {"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}"#
            + "\n\ndata: [DONE]\n\n").bytes
    ]

    private static var mistralStreams: [[UInt8]] {
        let answer =
            chunk(#"{"role":"assistant","content":""}"#)
            + chunk(#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"h"}]}]}"#)
            + chunk(#"{"content":"é"}"#)
            + chunk(#"{"tool_calls":[{"id":"abcdefghi","function":{"name":"f","arguments":"{}"}}]}"#)
        let failure = #"data: {"object":"error","message":"m","type":"t","code":"1"}"# + "\n\n"
        return [(answer + chunk("{}", #""length""#) + "data: [DONE]\n\n").bytes, (answer + failure).bytes]
    }

    private static let anthropicStreams: [[UInt8]] = [
        named([
            #"{"type":"message_start","message":{"id":"m","model":"c","role":"assistant","content":[],"usage":{"input_tokens":5,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h"}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"S"}}"#,
            #"{"type":"content_block_stop","index":0}"#, #"{"type":"ping"}"#,
            #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
            #"{"type":"content_block_stop","index":1}"#,
            #"{"type":"content_block_start","index":2,"content_block":{"type":"web_search_tool_result","content":[]}}"#,
            #"{"type":"content_block_stop","index":2}"#,
            #"{"type":"content_block_start","index":3,"content_block":{"type":"text","text":"é"}}"#,
            #"{"type":"content_block_delta","index":3,"delta":{"type":"citations_delta","citation":{"type":"char_location","document_index":0}}}"#,
            #"{"type":"content_block_stop","index":3}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":7}}"#,
            #"{"type":"message_stop"}"#,
        ]), named([#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#]),
    ]

    private static let responsesStreams: [[UInt8]] = [
        named([
            #"{"type":"response.created","sequence_number":0,"response":{"id":"r","model":"m","status":"in_progress","output":[]}}"#,
            #"{"type":"response.output_item.added","output_index":0,"item":{"id":"rs","type":"reasoning","summary":[]}}"#,
            #"{"type":"response.reasoning_summary_text.delta","output_index":0,"item_id":"rs","summary_index":0,"delta":"h"}"#,
            #"{"type":"response.output_item.done","output_index":0,"item":{"id":"rs","type":"reasoning","summary":[{"type":"summary_text","text":"h"}],"encrypted_content":"E"}}"#,
            #"{"type":"response.output_item.added","output_index":1,"item":{"id":"m","type":"message","role":"assistant","content":[]}}"#,
            #"{"type":"response.content_part.added","output_index":1,"item_id":"m","content_index":0,"part":{"type":"output_text","text":""}}"#,
            #"{"type":"response.output_text.delta","output_index":1,"item_id":"m","content_index":0,"delta":"é"}"#,
            #"{"type":"response.output_text.annotation.added","output_index":1,"content_index":0,"annotation":{"type":"url_citation","url":"u","start_index":0,"end_index":1}}"#,
            #"{"type":"response.output_item.done","output_index":1,"item":{"id":"m","type":"message","content":[{"type":"output_text","text":"é"}]}}"#,
            #"{"type":"response.output_item.added","output_index":2,"item":{"id":"fc","type":"function_call","call_id":"c","name":"f","arguments":""}}"#,
            #"{"type":"response.function_call_arguments.delta","output_index":2,"item_id":"fc","delta":"{}"}"#,
            #"{"type":"response.output_item.done","output_index":2,"item":{"id":"fc","type":"function_call","call_id":"c","name":"f","arguments":"{}"}}"#,
            #"{"type":"response.completed","response":{"id":"r","status":"completed","output":[],"usage":{"input_tokens":3,"output_tokens":4}}}"#,
        ]), named([#"{"type":"error","code":"server_error","message":"m"}"#]),
    ]

    private static let geminiStreams: [[UInt8]] = [
        #"data: {"candidates":[{"content":{"parts":[{"text":"h","thought":true},{"functionCall":{"name":"f","willContinue":true}},{"functionCall":{"partialArgs":[{"jsonPath":"$.a[0]['b'].c","stringValue":"x","willContinue":true}],"willContinue":true}},{"functionCall":{}}]},"index":0}],"responseId":"r","modelVersion":"g"}"#
            + "\r\n\r\n"
            + #"data: {"candidates":[{"content":{"parts":[{"text":"é"},{"text":"","thoughtSignature":"c2ln"}]},"finishReason":9,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"u"}}],"groundingSupports":[{"segment":{"startIndex":2,"endIndex":9},"groundingChunkIndices":[0,7]}]},"logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-1}]}}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}"#
            + "\r\n\r\n", #"data: {"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}"# + "\n\n",
    ].map(\.bytes)

    /// One frame a line; see EventFrames.
    private static let bedrockStreams: [[UInt8]] = [
        #"""
        messageStart {"role":"assistant","p":"ab"}
        contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}
        contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"s"}}}
        contentBlockStop {"contentBlockIndex":0}
        contentBlockDelta {"contentBlockIndex":1,"delta":{"text":"é"}}
        contentBlockDelta {"contentBlockIndex":1,"delta":{"citation":{"title":"t","location":{"web":{"url":"u"}}}}}
        contentBlockStop {"contentBlockIndex":1}
        contentBlockStart {"contentBlockIndex":2,"start":{"toolUse":{"name":"f","toolUseId":"t"}}}
        contentBlockDelta {"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\":1}"}}}
        contentBlockStop {"contentBlockIndex":2}
        messageStop {"stopReason":"tool_use"}
        metadata {"usage":{"inputTokens":3,"outputTokens":4,"totalTokens":7}}
        """#, #"!throttlingException {"message":"m"}"#,
    ].map(\.bytes)

    private static let cohereStreams: [[UInt8]] = [
        named([
            #"{"type":"message-start","id":"a","delta":{"message":{"role":"assistant"}}}"#,
            #"{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}"#,
            #"{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"h"}}}}"#,
            #"{"type":"content-end","index":0}"#,
            #"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"p"}}}"#,
            #"{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"t","type":"function","function":{"name":"f","arguments":""}}}}}"#,
            #"{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{}"}}}}}"#,
            #"{"type":"tool-call-end","index":0}"#,
            #"{"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}"#,
            #"{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"é"}}},"logprobs":{"text":"a","token_ids":[1],"logprobs":[-1]}}"#,
            #"{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":9223372036854775807,"text":"é","sources":[{"type":"document","id":"doc:0"}]}}}}"#,
            #"{"type":"citation-end","index":0}"#, #"{"type":"content-end","index":1}"#,
            #"{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":3,"output_tokens":4}}}}"#,
        ])
    ]

    private static func chunk(_ delta: String, _ finish: String = "null") -> String {
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"#
            + "\n\n"
    }

    private static func named(_ events: [String]) -> [UInt8] {
        events.map { "event: \($0.dropFirst(9).prefix { $0 != "\"" })\ndata: \($0)\n\n" }.joined().bytes
    }
}
