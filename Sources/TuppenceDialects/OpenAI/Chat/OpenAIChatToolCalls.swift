/// Writes calls of tools, in requests and answers alike.
enum OpenAIChatToolCalls {
    /// An id of another dialect's caller: OpenAI takes 40 characters at most ("Expected a string with maximum length 40").
    static func fit(_ id: JSONString) -> JSONString { id.shortened(to: 40) }

    static func members(_ call: ToolCall, _ json: inout JSONWriter) {
        json.member("id", call.id)
        if call.isCustom {
            json.member("type", literal: "custom")
            json.member(
                "custom",
                object: { json in
                    json.member("name", call.name)
                    json.member("input", call.arguments.rawString)
                })
        } else {
            json.member("type", literal: "function")
            json.member(
                "function",
                object: { json in
                    json.member("name", call.name)
                    json.member("arguments", call.arguments.string)
                })
        }
    }
}
