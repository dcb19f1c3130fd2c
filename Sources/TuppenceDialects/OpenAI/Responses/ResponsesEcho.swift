/// What of a request an answer repeats: clients insist that it is there.
package enum ResponsesEcho {
    /// - Parameter previousID: of the answer that the request goes on from.
    /// - Returns: members without braces, for ``AnswerStyle/echo``.
    package static func members(_ request: ChatRequest, previousID: String? = nil) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            nullable("instructions", request.extras["instructions"], &json)
            nullable("max_output_tokens", request.outputLimit.map { RawJSON($0) }, &json)
            json.member("parallel_tool_calls", request.parallelToolCalls ?? true)
            nullable("previous_response_id", previousID.map { RawJSON(JSONString($0)) }, &json)
            if let reasoning = request.extras["reasoning"] {
                json.member("reasoning", reasoning)
            } else {
                json.member(
                    "reasoning",
                    object: { json in
                        nullable("effort", request.reasoning?.effort.map { RawJSON($0) }, &json)
                        nullable("summary", nil, &json)
                    })
            }
            json.member("store", request.store ?? true)
            nullable("temperature", request.sampling.temperature, &json)
            if let text = request.extras["text"] {
                json.member("text", text)
            } else {
                json.member(
                    "text",
                    object: { json in
                        json.member("format", object: { $0.member("type", literal: "text") })
                    })
            }
            json.name("tool_choice")
            ResponsesTools.write(request.toolChoice ?? .auto, into: &json)
            json.member(
                "tools",
                array: { json in
                    for tool in request.tools {
                        switch tool {
                        case .function(let tool): ResponsesTools.write(tool, isOwn: true, into: &json)
                        case .custom(let tool): json.value(tool.json)
                        case .native(_, let raw): json.value(raw)
                        }
                    }
                })
            nullable("top_p", request.sampling.topP, &json)
            if let truncation = request.extras["truncation"] {
                json.member("truncation", truncation)
            } else {
                json.member("truncation", literal: "disabled")
            }
            nullable("user", request.user.map { RawJSON($0) }, &json)
            if let metadata = request.metadata {
                json.member("metadata", metadata)
            } else {
                json.member("metadata", object: { _ in })
            }
        }
        return Array(json.bytes.dropFirst().dropLast())
    }

    /// Of a request that says nothing.
    static let plain = members(ChatRequest(origin: .responses, model: ""))

    private static func nullable(_ name: StaticString, _ value: RawJSON?, _ json: inout JSONWriter) {
        json.name(name)
        if let value { json.value(value) } else { json.null() }
    }
}
