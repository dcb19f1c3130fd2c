/// A request of each scene as its caller's own client would send it.
enum CallerRequests {
    static let schema =
        #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"#
    static let image = "iVBORw0KGgo="

    static func body(_ caller: Caller, _ scene: Scene) -> String {
        switch caller {
        case .chat: chat(scene)
        case .responses: responses(scene)
        case .anthropic: anthropic(scene)
        case .gemini: gemini(scene)
        }
    }

    // MARK: OpenAI chat

    private static func chat(_ scene: Scene) -> String {
        let question = #"{"role":"user","content":"Capital of France?"}"#
        func ask(_ messages: String, _ members: String = "", limit: Int = 400) -> String {
            #"{"model":"m","max_tokens":\#(limit),"messages":[\#(messages)]\#(members)}"#
        }
        func tool(_ name: String) -> String {
            #"{"type":"function","function":{"name":"\#(name)","description":"Looks.","parameters":\#(schema)}}"#
        }
        func call(_ id: String, _ name: String) -> String {
            #"{"id":"\#(id)","type":"function","function":{"name":"\#(name)","arguments":"{\"city\":\"Paris\"}"}}"#
        }
        switch scene {
        case .text: return ask(question, #","temperature":0.5"#)
        case .refusal, .error: return ask(question)
        case .system: return ask(#"{"role":"system","content":"Be brief."},"# + question)
        case .tools:
            return ask(
                """
                {"role":"user","content":"Weather?"},
                {"role":"assistant","content":"Let me look.","tool_calls":[\(call("call00001", "weather"))]},
                {"role":"tool","tool_call_id":"call00001","content":"18 degrees"}
                """, #","tools":[\#(tool("weather"))]"#)
        case .parallelTools:
            return ask(
                """
                {"role":"user","content":"Weather and time?"},
                {"role":"assistant","content":null,"tool_calls":[\(call("call00001", "weather")),\(call("call00002", "clock"))]},
                {"role":"tool","tool_call_id":"call00001","content":"18 degrees"},
                {"role":"tool","tool_call_id":"call00002","content":"noon"}
                """, #","tools":[\#(tool("weather")),\#(tool("clock"))],"tool_choice":"required""#)
        case .image:
            return ask(
                """
                {"role":"user","content":[{"type":"text","text":"What is this?"},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,\(image)"}}]}
                """)
        case .schema:
            return ask(
                question,
                #","response_format":{"type":"json_schema","json_schema":{"name":"place","schema":\#(schema),"strict":true}}"#
            )
        case .stop: return ask(question, #","stop":["END"]"#)
        case .stream: return ask(question, #","stream":true,"stream_options":{"include_usage":true}"#)
        case .length: return ask(question, limit: 20)
        case .reasoning: return ask(question, #","reasoning_effort":"high""#, limit: 10_000)
        }
    }

    // MARK: OpenAI Responses

    private static func responses(_ scene: Scene) -> String {
        let question = #"{"role":"user","content":"Capital of France?"}"#
        func ask(_ items: String, _ members: String = "", limit: Int = 400) -> String {
            #"{"model":"m","max_output_tokens":\#(limit),"store":false,"input":[\#(items)]\#(members)}"#
        }
        func tool(_ name: String) -> String {
            #"{"type":"function","name":"\#(name)","description":"Looks.","parameters":\#(schema),"strict":false}"#
        }
        func call(_ id: String, _ name: String) -> String {
            #"{"type":"function_call","call_id":"\#(id)","name":"\#(name)","arguments":"{\"city\":\"Paris\"}"}"#
        }
        func result(_ id: String, _ text: String) -> String {
            #"{"type":"function_call_output","call_id":"\#(id)","output":"\#(text)"}"#
        }
        switch scene {
        case .text: return ask(question, #","temperature":0.5"#)
        case .refusal, .error: return ask(question)
        case .system: return ask(question, #","instructions":"Be brief.""#)
        case .tools:
            return ask(
                """
                {"role":"user","content":"Weather?"},{"role":"assistant","content":"Let me look."},
                \(call("call00001", "weather")),\(result("call00001", "18 degrees"))
                """, #","tools":[\#(tool("weather"))]"#)
        case .parallelTools:
            return ask(
                """
                {"role":"user","content":"Weather and time?"},\(call("call00001", "weather")),\(call("call00002", "clock")),
                \(result("call00001", "18 degrees")),\(result("call00002", "noon"))
                """, #","tools":[\#(tool("weather")),\#(tool("clock"))],"tool_choice":"required""#)
        case .image:
            return ask(
                """
                {"role":"user","content":[{"type":"input_text","text":"What is this?"},
                 {"type":"input_image","image_url":"data:image/png;base64,\(image)"}]}
                """)
        case .schema:
            return ask(
                question,
                #","text":{"format":{"type":"json_schema","name":"place","schema":\#(schema),"strict":true}}"#)
        case .stop: return ask(question, #","stop":["END"]"#)
        case .stream: return ask(question, #","stream":true"#)
        case .length: return ask(question, limit: 20)
        case .reasoning: return ask(question, #","reasoning":{"effort":"high","summary":"auto"}"#, limit: 10_000)
        }
    }

    // MARK: Anthropic

    private static func anthropic(_ scene: Scene) -> String {
        let question = #"{"role":"user","content":"Capital of France?"}"#
        func ask(_ messages: String, _ members: String = "", limit: Int = 400) -> String {
            #"{"model":"m","max_tokens":\#(limit),"messages":[\#(messages)]\#(members)}"#
        }
        func tool(_ name: String) -> String {
            #"{"name":"\#(name)","description":"Looks.","input_schema":\#(schema)}"#
        }
        func call(_ id: String, _ name: String) -> String {
            #"{"type":"tool_use","id":"\#(id)","name":"\#(name)","input":{"city":"Paris"}}"#
        }
        func result(_ id: String, _ text: String) -> String {
            #"{"type":"tool_result","tool_use_id":"\#(id)","content":"\#(text)"}"#
        }
        switch scene {
        case .text: return ask(question, #","temperature":0.5"#)
        case .refusal, .error: return ask(question)
        case .system: return ask(question, #","system":"Be brief.""#)
        case .tools:
            return ask(
                """
                {"role":"user","content":"Weather?"},
                {"role":"assistant","content":[{"type":"text","text":"Let me look."},\(call("call00001", "weather"))]},
                {"role":"user","content":[\(result("call00001", "18 degrees"))]}
                """, #","tools":[\#(tool("weather"))]"#)
        case .parallelTools:
            return ask(
                """
                {"role":"user","content":"Weather and time?"},
                {"role":"assistant","content":[\(call("call00001", "weather")),\(call("call00002", "clock"))]},
                {"role":"user","content":[\(result("call00001", "18 degrees")),\(result("call00002", "noon"))]}
                """, #","tools":[\#(tool("weather")),\#(tool("clock"))],"tool_choice":{"type":"any"}"#)
        case .image:
            return ask(
                """
                {"role":"user","content":[{"type":"text","text":"What is this?"},
                 {"type":"image","source":{"type":"base64","media_type":"image/png","data":"\(image)"}}]}
                """)
        case .schema:
            return ask(question, #","output_config":{"format":{"type":"json_schema","schema":\#(schema)}}"#)
        case .stop: return ask(question, #","stop_sequences":["END"]"#)
        case .stream: return ask(question, #","stream":true"#)
        case .length: return ask(question, limit: 20)
        case .reasoning:
            return ask(question, #","thinking":{"type":"enabled","budget_tokens":8000}"#, limit: 10_000)
        }
    }

    // MARK: Gemini

    private static func gemini(_ scene: Scene) -> String {
        let question = #"{"role":"user","parts":[{"text":"Capital of France?"}]}"#
        func ask(
            _ contents: String, _ members: String = "", configuration: String = "", limit: Int = 400
        ) -> String {
            """
            {"contents":[\(contents)],"generationConfig":{"maxOutputTokens":\(limit)\(configuration)}\(members)}
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
        switch scene {
        case .text: return ask(question, configuration: #","temperature":0.5"#)
        case .refusal, .error, .stream: return ask(question)
        case .system: return ask(question, #","systemInstruction":{"parts":[{"text":"Be brief."}]}"#)
        case .tools:
            return ask(
                """
                {"role":"user","parts":[{"text":"Weather?"}]},
                {"role":"model","parts":[{"text":"Let me look."},\(call("call00001", "weather"))]},
                {"role":"user","parts":[\(result("call00001", "weather", "18 degrees"))]}
                """, #","tools":[{"functionDeclarations":[\#(tool("weather"))]}]"#)
        case .parallelTools:
            return ask(
                """
                {"role":"user","parts":[{"text":"Weather and time?"}]},
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
                {"role":"user","parts":[{"text":"What is this?"},{"inlineData":{"mimeType":"image/png","data":"\(image)"}}]}
                """)
        case .schema:
            return ask(
                question, configuration: #","responseMimeType":"application/json","responseJsonSchema":\#(schema)"#)
        case .stop: return ask(question, configuration: #","stopSequences":["END"]"#)
        case .length: return ask(question, limit: 20)
        case .reasoning:
            return ask(
                question, configuration: #","thinkingConfig":{"includeThoughts":true,"thinkingBudget":8000}"#,
                limit: 10_000)
        }
    }
}
