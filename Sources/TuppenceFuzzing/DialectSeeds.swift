import TuppenceDialects

/// Well-formed bodies of each dialect with much of what it has in few bytes.
enum DialectSeeds {
    static func requests(_ dialect: Dialect) -> [[UInt8]] {
        let text =
            switch dialect {
            case .anthropic:
                #"""
                {"model":"m","max_tokens":9000,"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[
                {"role":"user","content":[{"type":"text","text":"é\n"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"d"},"title":"t","citations":{"enabled":true}}]},
                {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"tuppence:x:y:s:z"},{"type":"redacted_thinking","data":"E"},{"type":"tool_use","id":"t:1","name":"f","input":{"a":[1]}},{"type":"server_tool_use","id":"s","name":"web_search","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"t:1","is_error":true,"content":[{"type":"text","text":"r"}]},"x"]}],
                "tools":[{"name":"f","input_schema":{"type":"object","properties":{"a":{"type":"array","minItems":2}}},"strict":true},{"type":"web_search_20250305","name":"web_search"}],
                "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},"thinking":{"type":"enabled","budget_tokens":2000},"output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object"}}},
                "stop_sequences":["a"," "],"temperature":0.5,"top_p":1,"top_k":5,"metadata":{"user_id":"u"},"service_tier":"auto","stream":true}
                """#
            case .responses:
                #"""
                {"model":"m","instructions":"i","input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"low"},{"type":"input_file","file_data":"AA==","filename":"f"}]},
                {"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"tuppence:x:y:e:z"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"o","annotations":[]},{"type":"refusal","refusal":"n"}]},
                {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"o"}]},{"type":"custom_tool_call","call_id":"d","name":"g","input":"x"},{"type":"custom_tool_call_output","call_id":"d","output":"y"}],
                "tools":[{"type":"function","name":"f","parameters":{}},{"type":"web_search"}],"tool_choice":{"type":"function","name":"f"},"text":{"verbosity":"low","format":{"type":"json_schema","name":"n","schema":{},"strict":true}},
                "reasoning":{"effort":"low","summary":"auto"},"metadata":{"a":"b"},"max_output_tokens":99,"store":false,"include":["reasoning.encrypted_content"],"top_logprobs":2,"stream":true}
                """#
            case .gemini:
                #"""
                {"contents":[{"role":"user","parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"iVBO"}},{"fileData":{"fileUri":"https://a.b/c.pdf","mimeType":"application/pdf"}}]},
                {"role":"model","parts":[{"text":"t","thought":true},{"functionCall":{"name":"f","args":{"a":[1,2]}},"thoughtSignature":"dHVwcGVuY2U6"},{"executableCode":{"code":"1","language":"PYTHON"}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"error":{"a":1}},"parts":[{"inlineData":{"mimeType":"text/plain","data":"SGk="}}]}}]}],
                "systemInstruction":{"parts":[{"text":"s"}]},"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","nullable":true,"properties":{"a":{"type":"STRING","format":"enum","enum":["x"]}}}}]},{"googleSearch":{}}],
                "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
                "generationConfig":{"maxOutputTokens":9,"stopSequences":["x"],"candidateCount":2,"temperature":0.5,"topP":1,"topK":2,"seed":3,"responseLogprobs":true,"logprobs":2,"responseMimeType":"application/json","responseSchema":{"type":"STRING"},"thinkingConfig":{"thinkingBudget":-1,"includeThoughts":true}},
                "safetySettings":[],"cachedContent":"c","labels":{"a":"b"}}
                """#
            default:
                #"""
                {"model":"m","max_tokens":900,"messages":[{"role":"system","content":"Be brief."},{"role":"user","name":"n","content":[{"type":"text","text":"é\n\ud83d\ude00"},{"type":"image_url","image_url":{"url":"data:image\/png;base64,iVBORw0KGgo=","detail":"low"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},{"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}}]},
                {"role":"assistant","content":null,"reasoning_content":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"S","format":"anthropic-claude-v1","index":0}],"tool_calls":[{"id":"c:1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"c2","type":"custom","custom":{"name":"g","input":"x"}}]},
                {"role":"tool","tool_call_id":"c:1","content":"r"},{"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"q"}]},{"role":"function","name":"h","content":"z"}],
                "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"},"strict":true}},{"type":"custom","custom":{"name":"g"}}],"tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,
                "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"a":{"type":"integer","minimum":1}}},"strict":true}},"reasoning_effort":"high","stop":["a"," "],"n":2,"seed":1,"logit_bias":{"1":-1},"logprobs":true,"top_logprobs":2,
                "temperature":1.5,"top_p":0.5,"metadata":{"a":"b"},"user":"u","store":true,"service_tier":"flex","stream":true,"stream_options":{"include_usage":true},"functions":[{"name":"h"}],"verbosity":"low","thinking":{"type":"enabled","budget_tokens":2000}}
                """#
            }
        // What is kept at its provider is refused where requests are counted.
        let uncached = text.replacing(#","cachedContent":"c""#, with: "")
        return [text.bytes, uncached.replacing("\n", with: "").bytes]
    }

    static func answers(_ dialect: Dialect) -> [[UInt8]] {
        let text =
            switch dialect {
            case .anthropic:
                #"{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"h","signature":"S"},{"type":"text","text":"é","citations":[{"type":"web_search_result_location","url":"u","title":"t","cited_text":"c"}]},{"type":"tool_use","id":"t","name":"f","input":{"a":[1]}},{"type":"server_tool_use","id":"s","name":"w","input":{}}],"stop_reason":"stop_sequence","stop_sequence":"X","usage":{"input_tokens":3,"cache_read_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":2},"output_tokens":20,"server_tool_use":{"web_search_requests":1}}}"#
            case .responses:
                #"{"id":"resp_1","object":"response","created_at":1,"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"error":null,"model":"m","output":[{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"h\u00e9m"}],"encrypted_content":"abc"},{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"a\nb","annotations":[{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":1}],"logprobs":[]},{"type":"refusal","refusal":"no"}]},{"id":"fc_1","type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"id":"ws","type":"web_search_call"}],"usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":2},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1}}}"#
            case .gemini:
                #"{"responseId":"r","modelVersion":"g","candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"hm","thought":true},{"text":"é b","thoughtSignature":"c2ln"},{"functionCall":{"name":"f","args":{"a":1}}},{"inlineData":{"mimeType":"image/png","data":"AA=="}}]},"finishReason":"STOP","groundingMetadata":{"groundingChunks":[{"web":{"uri":"u","title":"t"}}],"groundingSupports":[{"segment":{"startIndex":0,"endIndex":2},"groundingChunkIndices":[0,7]}]},"citationMetadata":{"citations":[{"startIndex":0,"endIndex":1,"uri":"u"}]},"logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-1}],"topCandidates":[{"candidates":[{"token":"b"}]}]}}],"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":14,"cachedContentTokenCount":4,"candidatesTokenCount":7,"thoughtsTokenCount":3,"promptTokensDetails":[{"modality":"IMAGE","tokenCount":2}]}}"#
            case .bedrock:
                #"{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"h","signature":"s"}}},{"reasoningContent":{"redactedContent":"AA=="}},{"text":"a"},{"citationsContent":{"content":[{"text":"b"}],"citations":[{"title":"t","location":{"web":{"url":"u"}}}]}},{"toolUse":{"toolUseId":"t","name":"f","input":{"a":[1]}}},{"toolResult":{}}]}},"stopReason":"tool_use","additionalModelResponseFields":{"stop_sequence":"X"},"usage":{"inputTokens":1,"outputTokens":2,"cacheReadInputTokens":3,"cacheWriteInputTokens":4,"cacheDetails":[{"ttl":"1h","inputTokens":4}]}}"#
            case .cohere:
                #"{"id":"a","message":{"role":"assistant","content":[{"type":"thinking","thinking":"h"},{"type":"text","text":"é"}],"tool_plan":"p","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}],"citations":[{"start":0,"end":1,"text":"é","content_index":0,"sources":[{"type":"document","id":"doc:0","document":{"title":"t"}}]}]},"finish_reason":"COMPLETE","logprobs":[{"text":"a","token_ids":[1],"logprobs":[-0.5]}],"usage":{"billed_units":{"input_tokens":1,"output_tokens":2},"tokens":{"input_tokens":9,"reasoning_tokens":1},"cached_tokens":1}}"#
            case .mistral:
                #"{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}],"closed":true},{"type":"text","text":"4"},{"type":"reference","reference_ids":[1]}],"tool_calls":[{"id":"abcdefghi","function":{"name":"f","arguments":{"a":1}}}]},"finish_reason":"model_length"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_audio_seconds":1}}"#
            case .openAI:
                #"{"id":"c","object":"chat.completion","created":1,"model":"m","service_tier":"default","system_fingerprint":"fp","choices":[{"index":0,"message":{"role":"assistant","content":"é\n","refusal":null,"reasoning_content":"h","reasoning_details":[{"type":"reasoning.encrypted","data":"E","format":"x","index":0}],"annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"t","start_index":0,"end_index":1}}],"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"logprobs":{"content":[{"token":"a","logprob":-1}],"refusal":null},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":14,"completion_tokens":10,"total_tokens":24,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":1},"completion_tokens_details":{"reasoning_tokens":3}}}"#
            }
        return [text.bytes]
    }

    static let errors = [
        #"{"error":{"message":"m","type":"requests","param":"p","code":"rate_limit_exceeded"}}"#,
        #"{"type":"error","error":{"type":"overloaded_error","message":"m","details":{"error_code":"x"}},"request_id":"r"}"#,
        #"[{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"1.5s"},{"reason":"API_KEY_INVALID"}]}}]"#,
        #"{"object":"error","message":"m","type":"rate_limited","code":"1300","raw_status_code":429}"#,
        #"{"detail":[{"loc":["body","messages",0],"msg":"m"}]}"#, #"{"code":"c","error":"text"}"#,
        #"{"id":"e","message":"too many tokens","error_type":"TOO_MANY_TOKENS"}"#, "<html>502 Bad Gateway</html>",
    ].map(\.bytes)

    static let words: [[UInt8]] =
        [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud800", "null", "true", "-", "1e999", "{}", "[]", "-0",
            "99999999999999999999", "9223372036854775807", "-9223372036854775808", "\"type\":", "\"role\":\"tool\",",
            "\"index\":-1,", "\"index\":9223372036854775807,", "\n\n", "data: ", "\r\n", "\r", "\0", "\"content\":[],",
            "\"content\":null,", "\"tool_calls\":[{}],", "\"delta\":{\"content\":[{}]},", "\u{FEFF}", "[DONE]",
            "event: error\n", "\"usage\":{},", "\"error\":{},", "\"finish_reason\":\"stop\",", "\"text\":\"",
            "\"model\":\"", "\"messages\":[", "\"start\":-1,", "\"end\":9223372036854775807,", "$.a[999999999]",
            "data:image/png;base64,", "\"signature\":\"tuppence:", "\"retryDelay\":\"9223372036854775807s\",",
        ].map(\.bytes) + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]]

    /// The beginnings of a PNG, a GIF, a JPEG and the three kinds of WebP.
    static let images: [[UInt8]] = [
        [
            0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 2, 0, 0, 0, 3, 0, 8, 6,
            0, 0,
        ],
        "GIF89a".bytes + [0x40, 1, 0xF0, 0, 0xF7, 0, 0],
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + "JFIF".bytes
            + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xC0, 0, 17, 8, 1, 0, 2, 0, 3, 1, 0x22, 0],
        "RIFF".bytes + [90, 0, 0, 0] + "WEBPVP8 ".bytes + [9, 0, 0, 0, 0, 0, 0, 0x9D, 1, 0x2A, 0x40, 1, 0xF0, 0],
        "RIFF".bytes + [90, 0, 0, 0] + "WEBPVP8L".bytes + [9, 0, 0, 0, 0x2F, 0x3F, 0xC1, 0x3B, 0],
        "RIFF".bytes + [90, 0, 0, 0] + "WEBPVP8X".bytes + [10, 0, 0, 0, 0, 0, 0, 0, 0x3F, 1, 0, 0xEF, 0, 0],
    ]

    static let imageWords: [[UInt8]] = [
        [0xFF], [0xFF, 0xC0], [0xFF, 0xFF], [0, 0], [0xFF, 0xDA, 0, 2], [0xFF, 0xE1, 0xFF, 0xFF], [0, 0, 0, 0],
        [0x7F, 0xFF, 0xFF, 0xFF], "WEBP".bytes,
    ]
}
