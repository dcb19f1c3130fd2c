/// An item of a streamed answer, as far as it has come.
struct ResponsesStreamItem: Sendable {
    enum Kind: Sendable {
        case message
        case reasoning(Thinking)
        case call(id: JSONString, name: JSONString, isCustom: Bool)
        /// The Base64 of a picture.
        case image(JSONString)
    }

    struct Part: Sendable {
        let block: Int
        let isRefusal: Bool
        /// How many characters of text came before it.
        let start: Int
        var text = JSONStringBuilder()
        var citations: [Citation] = []
        var logprobs: [RawJSON] = []
        var isOpen = true

        init(block: Int, isRefusal: Bool, start: Int) {
            self.block = block
            self.isRefusal = isRefusal
            self.start = start
        }

        func write(into json: inout JSONWriter) {
            json.object { json in
                if isRefusal {
                    json.member("type", literal: "refusal")
                    json.member("refusal", text.string)
                } else {
                    ResponsesTextPart.members(
                        text.string, citations: citations, isOwn: false, logprobs: logprobs, into: &json)
                }
            }
        }
    }

    var kind: Kind
    /// The block that it is; nil for a message, whose parts are blocks.
    let block: Int?
    let id: JSONString
    /// Of the tool that is called, where it is in one.
    var namespace: JSONString?
    /// Thoughts, or the arguments of a call.
    var text = JSONStringBuilder()
    var parts: [Part] = []
    /// Whether no part comes any more.
    var isEnding = false
    /// Whether the model was cut off within it.
    var isCut = false
    /// The whole item, when it is done.
    var json: [UInt8] = []

    init(_ kind: Kind, _ block: Int?, _ id: JSONString) {
        self.kind = kind
        self.block = block
        self.id = id
    }

    /// Whether a call has arguments that can be read: text of any form can.
    var isReadable: Bool {
        if case .call(_, _, true) = kind { return true }
        return RawJSON(Array(text.string.decoded.utf8)) != nil
    }

    func write(isDone: Bool, into json: inout JSONWriter) {
        let status: StaticString = !isDone ? "in_progress" : isCut ? "incomplete" : "completed"
        json.object { json in
            switch kind {
            case .message:
                json.member("id", id)
                json.member("type", literal: "message")
                json.member("status", literal: status)
                json.member("role", literal: "assistant")
                json.member("content", array: { json in for part in parts { part.write(into: &json) } })
            case .reasoning(var thinking):
                thinking.text = text.isEmpty ? nil : text.string
                ResponsesReasoning.members(thinking, id: id, isOwn: false, into: &json)
            case .call(let callID, let name, let isCustom):
                json.member("id", id)
                json.member("type", literal: isCustom ? "custom_tool_call" : "function_call")
                json.member("status", literal: status)
                json.member("call_id", callID)
                json.member("name", name)
                json.member("namespace", namespace)
                json.member(isCustom ? "input" : "arguments", text.string)
            case .image(let result):
                ResponsesImageItem.members(
                    isDone ? result : nil, id: id, status: isDone ? "completed" : "in_progress", into: &json)
            }
        }
    }
}
