import Foundation

/// What each provider documents that it is to be asked in a scene. The documents, all read 2026-11:
/// https://platform.openai.com/docs/api-reference/chat/create, https://platform.openai.com/docs/api-reference/responses/create,
/// https://platform.claude.com/docs/en/api/messages, https://ai.google.dev/api/generate-content,
/// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html,
/// https://docs.cohere.com/reference/chat, https://docs.mistral.ai/api/endpoint/chat.
///
/// Where one thing can be said in two ways, it is as ``Plainly`` says it.
enum ProviderRequests {
    private static let schema = CallerRequests.schema
    private static let arguments = #"{\"city\":\"Paris\"}"#

    static func body(_ cell: Cell) -> String {
        switch cell.provider {
        case .chat: chat(cell, mistral: false)
        case .mistral: chat(cell, mistral: true)
        case .responses: responses(cell)
        case .anthropic: anthropic(cell)
        case .gemini: gemini(cell)
        case .bedrock: bedrock(cell)
        case .cohere: cohere(cell)
        }
    }

    /// A schema's name, which two of the callers' dialects have.
    private static func name(_ cell: Cell) -> String {
        cell.caller == .chat || cell.caller == .responses ? "place" : "answer"
    }

    /// Whether the caller's dialect says `strict`.
    private static func isStrict(_ cell: Cell) -> Bool { cell.caller == .chat || cell.caller == .responses }

    private static func limit(_ scene: Scene) -> Int {
        switch scene {
        case .length: 20
        case .reasoning: 10_000
        default: 400
        }
    }

    // MARK: OpenAI chat, Mistral

    private static func chat(_ cell: Cell, mistral: Bool) -> String {
        let question = #"{"role":"user","content":[{"type":"text","text":"Capital of France?"}]}"#
        func text(_ role: String, _ text: String) -> String {
            #"{"role":"\#(role)","content":[{"type":"text","text":"\#(text)"}]}"#
        }
        func ask(_ messages: String, _ members: String = "") -> String {
            #"{"model":"\#(cell.model)","max_tokens":\#(limit(cell.scene)),"messages":[\#(messages)]\#(members)}"#
        }
        func tool(_ name: String) -> String {
            #"{"type":"function","function":{"name":"\#(name)","description":"Looks.","parameters":\#(schema)}}"#
        }
        func call(_ id: String, _ name: String) -> String {
            #"{"id":"\#(id)","type":"function","function":{"name":"\#(name)","arguments":"\#(arguments)"}}"#
        }
        func result(_ id: String, _ text: String) -> String {
            // Gemini's callers repeat the name of the tool, for which Mistral has a place.
            let name =
                mistral && cell.caller == .gemini ? #","name":"\#(id == "call00001" ? "weather" : "clock")""# : ""
            return #"{"role":"tool","tool_call_id":"\#(id)","content":[{"type":"text","text":"\#(text)"}]\#(name)}"#
        }
        switch cell.scene {
        case .text: return ask(question, #","temperature":0.5"#)
        case .refusal, .error, .length: return ask(question)
        case .system: return ask(text("system", "Be brief.") + "," + question)
        case .tools:
            return ask(
                """
                \(text("user", "Weather?")),
                {"role":"assistant","content":[{"type":"text","text":"Let me look."}],"tool_calls":[\(call("call00001", "weather"))]},
                \(result("call00001", "18 degrees"))
                """, #","tools":[\#(tool("weather"))]"#)
        case .parallelTools:
            return ask(
                """
                \(text("user", "Weather and time?")),
                {"role":"assistant","tool_calls":[\(call("call00001", "weather")),\(call("call00002", "clock"))]},
                \(result("call00001", "18 degrees")),\(result("call00002", "noon"))
                """,
                #","tools":[\#(tool("weather")),\#(tool("clock"))],"tool_choice":"\#(mistral ? "any" : "required")""#)
        case .image:
            return ask(
                """
                {"role":"user","content":[{"type":"text","text":"What is this?"},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,\(CallerRequests.image)"}}]}
                """)
        case .schema:
            let strict = isStrict(cell) ? #","strict":true"# : ""
            return ask(
                question,
                #","response_format":{"type":"json_schema","json_schema":{"name":"\#(name(cell))","schema":\#(schema)\#(strict)}}"#
            )
        case .stop: return ask(question, #","stop":["END"]"#)
        case .stream:
            // Mistral tells usage unasked, and refuses to be asked.
            return ask(question, #","stream":true"# + (mistral ? "" : #","stream_options":{"include_usage":true}"#))
        case .reasoning: return ask(question, #","reasoning_effort":"high""#)
        }
    }

    // MARK: OpenAI Responses

    private static func responses(_ cell: Cell) -> String {
        let question = text("user", "Capital of France?")
        func text(_ role: String, _ text: String) -> String {
            let type = role == "assistant" ? "output_text" : "input_text"
            return #"{"type":"message","role":"\#(role)","content":[{"type":"\#(type)","text":"\#(text)"}]}"#
        }
        func ask(_ items: String, _ members: String = "", always: String = "") -> String {
            // Nothing is kept there; thoughts come as ciphers instead, to callers of other dialects.
            let include = cell.caller == .responses ? "" : #","include":["reasoning.encrypted_content"]"#
            return """
                {"model":"\(cell.model)","max_output_tokens":\(limit(cell.scene)),"input":[\(items)],"store":false
                \(include)\(members)}
                """
        }
        func tool(_ name: String) -> String {
            #"{"type":"function","name":"\#(name)","description":"Looks.","parameters":\#(schema),"strict":false}"#
        }
        func call(_ id: String, _ name: String) -> String {
            #"{"type":"function_call","call_id":"\#(id)","name":"\#(name)","arguments":"\#(arguments)"}"#
        }
        func result(_ id: String, _ text: String) -> String {
            #"{"type":"function_call_output","call_id":"\#(id)","output":"\#(text)"}"#
        }
        switch cell.scene {
        case .text: return ask(question, #","temperature":0.5"#)
        case .refusal, .error, .length, .stop: return ask(question)
        case .system:
            return cell.caller == .responses
                ? ask(question, #","instructions":"Be brief.""#) : ask(text("system", "Be brief.") + "," + question)
        case .tools:
            return ask(
                """
                \(text("user", "Weather?")),\(text("assistant", "Let me look.")),\(call("call00001", "weather")),
                \(result("call00001", "18 degrees"))
                """, #","tools":[\#(tool("weather"))]"#)
        case .parallelTools:
            return ask(
                """
                \(text("user", "Weather and time?")),\(call("call00001", "weather")),\(call("call00002", "clock")),
                \(result("call00001", "18 degrees")),\(result("call00002", "noon"))
                """, #","tools":[\#(tool("weather")),\#(tool("clock"))],"tool_choice":"required""#)
        case .image:
            return ask(
                """
                {"type":"message","role":"user","content":[{"type":"input_text","text":"What is this?"},
                 {"type":"input_image","image_url":"data:image/png;base64,\(CallerRequests.image)"}]}
                """)
        case .schema:
            return ask(
                question,
                """
                ,"text":{"format":{"type":"json_schema","name":"\(name(cell))","schema":\(schema),"strict":\(isStrict(cell))}}
                """)
        case .stream: return ask(question, #","stream":true"#)
        case .reasoning: return ask(question, #","reasoning":{"effort":"high","summary":"auto"}"#)
        }
    }

    // MARK: Anthropic

    private static func anthropic(_ cell: Cell) -> String {
        let question = text("user", "Capital of France?")
        func text(_ role: String, _ text: String) -> String {
            #"{"role":"\#(role)","content":[{"type":"text","text":"\#(text)"}]}"#
        }
        func ask(_ messages: String, _ members: String = "") -> String {
            #"{"model":"\#(cell.model)","max_tokens":\#(limit(cell.scene)),"messages":[\#(messages)]\#(members)}"#
        }
        func tool(_ name: String) -> String {
            #"{"name":"\#(name)","description":"Looks.","input_schema":\#(schema)}"#
        }
        func call(_ id: String, _ name: String) -> String {
            #"{"type":"tool_use","id":"\#(id)","name":"\#(name)","input":{"city":"Paris"}}"#
        }
        func result(_ id: String, _ text: String) -> String {
            #"{"type":"tool_result","tool_use_id":"\#(id)","content":[{"type":"text","text":"\#(text)"}]}"#
        }
        switch cell.scene {
        case .text: return ask(question, #","temperature":0.5"#)
        case .refusal, .error, .length: return ask(question)
        case .system: return ask(question, #","system":[{"type":"text","text":"Be brief."}]"#)
        case .tools:
            return ask(
                """
                \(text("user", "Weather?")),
                {"role":"assistant","content":[{"type":"text","text":"Let me look."},\(call("call00001", "weather"))]},
                {"role":"user","content":[\(result("call00001", "18 degrees"))]}
                """, #","tools":[\#(tool("weather"))]"#)
        case .parallelTools:
            return ask(
                """
                \(text("user", "Weather and time?")),
                {"role":"assistant","content":[\(call("call00001", "weather")),\(call("call00002", "clock"))]},
                {"role":"user","content":[\(result("call00001", "18 degrees")),\(result("call00002", "noon"))]}
                """, #","tools":[\#(tool("weather")),\#(tool("clock"))],"tool_choice":{"type":"any"}"#)
        case .image:
            return ask(
                """
                {"role":"user","content":[{"type":"text","text":"What is this?"},
                 {"type":"image","source":{"type":"base64","media_type":"image/png","data":"\(CallerRequests.image)"}}]}
                """)
        case .schema: return ask(question, #","output_config":{"format":{"type":"json_schema","schema":\#(schema)}}"#)
        case .stop: return ask(question, #","stop_sequences":["END"]"#)
        case .stream: return ask(question, #","stream":true"#)
        case .reasoning: return ask(question, #","thinking":{"type":"enabled","budget_tokens":8000}"#)
        }
    }

    // MARK: Gemini

    private static func gemini(_ cell: Cell) -> String {
        let question = text("user", "Capital of France?")
        func text(_ role: String, _ text: String) -> String {
            #"{"role":"\#(role)","parts":[{"text":"\#(text)"}]}"#
        }
        func ask(_ contents: String, _ members: String = "", configuration: String = "") -> String {
            """
            {"contents":[\(contents)],"generationConfig":{"maxOutputTokens":\(limit(cell.scene))\(configuration)}\(members)}
            """
        }
        func tool(_ name: String) -> String {
            #"{"name":"\#(name)","description":"Looks.","parametersJsonSchema":\#(schema)}"#
        }
        func call(_ id: String, _ name: String) -> String {
            #"{"functionCall":{"id":"\#(id)","name":"\#(name)","args":{"city":"Paris"}}}"#
        }
        func result(_ id: String, _ name: String, _ text: String) -> String {
            #"{"functionResponse":{"id":"\#(id)","name":"\#(name)","response":{"output":"\#(text)"}}}"#
        }
        switch cell.scene {
        case .text: return ask(question, configuration: #","temperature":0.5"#)
        case .refusal, .error, .length, .stream: return ask(question)
        case .system: return ask(question, #","systemInstruction":{"parts":[{"text":"Be brief."}]}"#)
        case .tools:
            return ask(
                """
                \(text("user", "Weather?")),
                {"role":"model","parts":[{"text":"Let me look."},\(call("call00001", "weather"))]},
                {"role":"user","parts":[\(result("call00001", "weather", "18 degrees"))]}
                """, #","tools":[{"functionDeclarations":[\#(tool("weather"))]}]"#)
        case .parallelTools:
            return ask(
                """
                \(text("user", "Weather and time?")),
                {"role":"model","parts":[\(call("call00001", "weather")),\(call("call00002", "clock"))]},
                {"role":"user","parts":[\(result("call00001", "weather", "18 degrees")),\(result("call00002", "clock", "noon"))]}
                """,
                """
                ,"tools":[{"functionDeclarations":[\(tool("weather")),\(tool("clock"))]}],
                "toolConfig":{"functionCallingConfig":{"mode":"ANY"}}
                """)
        case .image:
            return ask(
                """
                {"role":"user","parts":[{"text":"What is this?"},
                 {"inlineData":{"mimeType":"image/png","data":"\(CallerRequests.image)"}}]}
                """)
        case .schema:
            return ask(
                question, configuration: #","responseMimeType":"application/json","responseJsonSchema":\#(schema)"#)
        case .stop: return ask(question, configuration: #","stopSequences":["END"]"#)
        case .reasoning:
            return ask(question, configuration: #","thinkingConfig":{"includeThoughts":true,"thinkingBudget":8000}"#)
        }
    }

    // MARK: Bedrock

    private static func bedrock(_ cell: Cell) -> String {
        let question = text("user", "Capital of France?")
        func text(_ role: String, _ text: String) -> String {
            #"{"role":"\#(role)","content":[{"text":"\#(text)"}]}"#
        }
        func ask(_ messages: String, _ members: String = "", configuration: String = "") -> String {
            """
            {"messages":[\(messages)],"inferenceConfig":{"maxTokens":\(limit(cell.scene))\(configuration)}\(members)}
            """
        }
        func tool(_ name: String) -> String {
            #"{"toolSpec":{"name":"\#(name)","description":"Looks.","inputSchema":{"json":\#(schema)}}}"#
        }
        func call(_ id: String, _ name: String) -> String {
            #"{"toolUse":{"toolUseId":"\#(id)","name":"\#(name)","input":{"city":"Paris"}}}"#
        }
        func result(_ id: String, _ text: String) -> String {
            #"{"toolResult":{"toolUseId":"\#(id)","content":[{"text":"\#(text)"}]}}"#
        }
        switch cell.scene {
        case .text: return ask(question, configuration: #","temperature":0.5"#)
        case .refusal, .error, .length, .stream: return ask(question)
        case .system: return ask(question, #","system":[{"text":"Be brief."}]"#)
        case .tools:
            return ask(
                """
                \(text("user", "Weather?")),
                {"role":"assistant","content":[{"text":"Let me look."},\(call("call00001", "weather"))]},
                {"role":"user","content":[\(result("call00001", "18 degrees"))]}
                """, #","toolConfig":{"tools":[\#(tool("weather"))]}"#)
        case .parallelTools:
            return ask(
                """
                \(text("user", "Weather and time?")),
                {"role":"assistant","content":[\(call("call00001", "weather")),\(call("call00002", "clock"))]},
                {"role":"user","content":[\(result("call00001", "18 degrees")),\(result("call00002", "noon"))]}
                """, #","toolConfig":{"tools":[\#(tool("weather")),\#(tool("clock"))],"toolChoice":{"any":{}}}"#)
        case .image:
            return ask(
                """
                {"role":"user","content":[{"text":"What is this?"},
                 {"image":{"format":"png","source":{"bytes":"\(CallerRequests.image)"}}}]}
                """)
        case .schema:
            let quoted = schema.replacing("\"", with: "\\\"")
            return ask(
                question,
                """
                ,"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"name":"\(name(cell))",
                "schema":"\(quoted)"}}}}
                """)
        case .stop:
            // So Claude says which sequence it was.
            return ask(
                question, #","additionalModelResponseFieldPaths":["/stop_sequence"]"#,
                configuration: #","stopSequences":["END"]"#)
        case .reasoning:
            return ask(
                question, #","additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":8000}}"#)
        }
    }

    // MARK: Cohere

    private static func cohere(_ cell: Cell) -> String {
        let question = text("user", "Capital of France?")
        func text(_ role: String, _ text: String) -> String {
            #"{"role":"\#(role)","content":[{"type":"text","text":"\#(text)"}]}"#
        }
        func ask(_ messages: String, _ members: String = "") -> String {
            """
            {"model":"\(cell.model)","stream":\(cell.scene == .stream),"max_tokens":\(limit(cell.scene)),
             "messages":[\(messages)]\(members)}
            """
        }
        func tool(_ name: String) -> String {
            #"{"type":"function","function":{"name":"\#(name)","description":"Looks.","parameters":\#(schema)}}"#
        }
        func call(_ id: String, _ name: String) -> String {
            #"{"id":"\#(id)","type":"function","function":{"name":"\#(name)","arguments":"\#(arguments)"}}"#
        }
        func result(_ id: String, _ text: String) -> String {
            #"{"role":"tool","tool_call_id":"\#(id)","content":[{"type":"text","text":"\#(text)"}]}"#
        }
        switch cell.scene {
        case .text: return ask(question, #","temperature":0.5"#)
        case .refusal, .error, .length, .stream: return ask(question)
        case .system: return ask(text("system", "Be brief.") + "," + question)
        case .tools:
            return ask(
                """
                \(text("user", "Weather?")),
                {"role":"assistant","tool_plan":"Let me look.","tool_calls":[\(call("call00001", "weather"))]},
                \(result("call00001", "18 degrees"))
                """, #","tools":[\#(tool("weather"))]"#)
        case .parallelTools:
            return ask(
                """
                \(text("user", "Weather and time?")),
                {"role":"assistant","tool_calls":[\(call("call00001", "weather")),\(call("call00002", "clock"))]},
                \(result("call00001", "18 degrees")),\(result("call00002", "noon"))
                """, #","tools":[\#(tool("weather")),\#(tool("clock"))],"tool_choice":"REQUIRED""#)
        case .image:
            return ask(
                """
                {"role":"user","content":[{"type":"text","text":"What is this?"},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,\(CallerRequests.image)"}}]}
                """)
        case .schema: return ask(question, #","response_format":{"type":"json_object","json_schema":\#(schema)}"#)
        case .stop: return ask(question, #","stop_sequences":["END"]"#)
        case .reasoning:
            // Of efforts there are none.
            let isCounted = cell.caller == .anthropic || cell.caller == .gemini
            return ask(
                question, #","thinking":{"type":"enabled"\#(isCounted ? #","token_budget":8000"# : "")}"#)
        }
    }
}

/// Two ways of saying one thing made one: text that stands alone as a list of one part, a stop sequence as a list, null and
/// what is said only because it is the default left out.
enum Plainly {
    static func said(_ value: Any, at name: String = "") -> Any {
        if let list = value as? [Any] { return list.map { said($0) } }
        guard let object = value as? [String: Any] else { return value }
        var result: [String: Any] = [:]
        for (name, value) in object where !(value is NSNull) {
            if name == "strict" || name == "store", value as? Bool == false, object["max_output_tokens"] == nil {
                // Responses are strict, and stored, unless that is said.
                guard object["type"] != nil, object["parameters"] != nil || object["schema"] != nil else { continue }
                result[name] = value
            } else if ["content", "system"].contains(name), let text = value as? String {
                result[name] = [["type": "text", "text": text]]
            } else if name == "stop", let text = value as? String {
                result[name] = [text]
            } else {
                result[name] = said(value)
            }
        }
        return result
    }
}
