/// Reads the parts that content is made of, in requests and answers alike.
struct GeminiPartReader {
    /// The id of the answer, of which ids of calls are made that have none.
    var answer: JSONString?
    /// How many calls have been read.
    private var calls = 0

    init(answer: JSONString? = nil) { self.answer = answer }

    /// The id of the next call.
    mutating func callID(_ given: JSONString?) -> JSONString {
        calls += 1
        if let given, !given.isEmpty { return given }
        return ToolCall.synthetic(calls - 1, answer: answer)
    }

    /// Adds what the part comes to: nothing, if it is empty; two blocks, if it is signed. Results of tools are not among
    /// them.
    mutating func add(_ part: JSONValue, to blocks: inout [Block]) {
        var signature: JSONString?
        var isThought = false
        var content: JSONValue.Member?
        var extras = Extras()
        for member in part.members where !member.value.isNull {
            switch member.name {
            case "thoughtSignature", "thought_signature":
                signature = member.value.string.flatMap { $0.isEmpty ? nil : $0 }
            case "thought": isThought = member.value.bool == true
            case "text", "functionCall", "function_call", "inlineData", "inline_data", "fileData", "file_data":
                content = content ?? member
            default: extras.keep(member)
            }
        }
        guard let content else {
            if !extras.isEmpty { return blocks.append(Self.native(part, type: extras.members[0].name)) }
            return thought(isThought ? "" : nil, signature, extras, &blocks)
        }
        switch content.name {
        case "text":
            guard let text = content.value.string else { return blocks.append(Self.native(part, type: "text")) }
            self.text(text, isThought, signature, extras, &blocks)
        case "functionCall", "function_call": call(content.value, signature, extras, &blocks)
        default:
            let isFile = content.name.equals("fileData") || content.name.equals("file_data")
            guard var media = isFile ? GeminiMedia.file(content.value) : GeminiMedia.inline(content.value) else {
                return blocks.append(Self.native(part, type: content.key))
            }
            media.extras.members += extras.members
            thought(nil, signature, Extras(), &blocks)
            blocks.append(.media(media))
        }
    }

    static func native(_ part: JSONValue, type: JSONString) -> Block {
        .native(NativeBlock(type: type, json: part.raw))
    }

    private func text(
        _ text: JSONString, _ isThought: Bool, _ signature: JSONString?, _ extras: Extras, _ blocks: inout [Block]
    ) {
        if isThought { return thought(text, signature, extras, &blocks) }
        thought(nil, signature, Extras(), &blocks)
        guard !text.isEmpty || !extras.isEmpty else { return }
        var block = TextBlock(text)
        block.extras = extras
        blocks.append(.text(block))
    }

    /// - Parameter text: nil for a signature alone, which is of what follows or, behind everything, of what was before.
    private func thought(
        _ text: JSONString?, _ signature: JSONString?, _ extras: Extras, id: JSONString? = nil, _ blocks: inout [Block]
    ) {
        guard text != nil || signature != nil else { return }
        var thinking = signature.map { GeminiSignature.thinking($0) } ?? Thinking(format: .gemini)
        thinking.text = text
        if thinking.format == .gemini { thinking.id = id }
        thinking.extras = extras
        blocks.append(.thinking(thinking))
    }

    private mutating func call(
        _ value: JSONValue, _ signature: JSONString?, _ extras: Extras, _ blocks: inout [Block]
    ) {
        var call = ToolCall(id: callID(value["id"]?.string), name: "", arguments: ToolArguments(string: ""))
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "id": break
            case "name": call.name = member.value.string ?? ""
            case "args": call.arguments = ToolArguments(value: member.value.raw)
            default: call.extras.keep(member)
            }
        }
        thought(nil, signature, extras, id: call.id, &blocks)
        blocks.append(.toolCall(call))
    }
}
