import TuppenceCore

/// Reads a prompt as a chat of one message, the user's.
struct OpenAICompletionsRequestReader: BodyReader {
    /// Of what chats have, too.
    private var chat = OpenAIChatRequestReader()
    private var text: JSONString?
    private var extras = Extras()
    var refusal: Refusal?

    static func read(_ body: [UInt8]) throws(Refusal) -> ChatRequest {
        var reader = OpenAICompletionsRequestReader()
        do throws(JSONError) {
            try JSONTree.read(body) { root in reader.read(root) }
        } catch { throw .invalidJSON(error) }
        if let refusal = reader.refusal { throw refusal }
        var request = reader.chat.request
        var message = ChatMessage(.user)
        if let text = reader.text { message.append(text) }
        request.messages = [message]
        request.extras.members += reader.extras.members
        return request
    }

    private mutating func read(_ root: JSONValue) {
        guard root.kind == .object else { return refuse("The body must be a JSON object.", "body") }
        let answers = root["n"]?.integer ?? 1
        for member in root.members where !member.value.isNull {
            if !take(member, answers: answers) { extras.keep(member) }
        }
        if text?.isEmpty ?? true {
            refuse(
                "'prompt' is empty: the target has no completions, and gets it as a message of a chat. Put some text into it.",
                "prompt")
        }
    }

    private mutating func take(_ member: JSONValue.Member, answers: Int) -> Bool {
        let value = member.value
        switch member.name {
        case "prompt": prompt(value)
        // What asks for nothing.
        case "echo" where value.bool == false, "best_of" where value.integer == answers,
            "suffix" where value.string?.isEmpty == true:
            break
        case "echo", "suffix", "best_of", "logprobs": extras.keep(member, isEssential: true)
        case "model", "stream", "stream_options", "max_tokens", "stop", "n", "user", "temperature", "top_p", "top_k",
            "seed", "frequency_penalty", "presence_penalty", "logit_bias":
            return chat.takeShared(member)
        default: return false
        }
        return true
    }

    private mutating func prompt(_ value: JSONValue) {
        if let text = value.string { return self.text = text }
        guard value.kind == .array, value.elements.allSatisfy({ $0.kind == .string }) else {
            return refuse(
                "'prompt' is no text: the target has no completions, and gets it as a message of a chat. Send it as a string.",
                "prompt")
        }
        let texts = value.elements.compactMap(\.string)
        guard texts.count == 1 else {
            return refuse(
                "'prompt' is \(texts.count) texts: the target has no completions, and gets it as a message of a chat, of which there is one. Send each by itself.",
                "prompt")
        }
        text = texts[0]
    }
}
