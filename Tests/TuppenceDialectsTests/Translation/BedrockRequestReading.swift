import TuppenceCore

@testable import TuppenceDialects

/// Reads a request in Converse's dialect, which no caller of the gateway speaks: what recordings are compared through.
enum BedrockRequestReading {
    static func read(_ body: [UInt8]) throws -> ChatRequest {
        var request = ChatRequest(origin: .bedrock, model: "model")
        try JSONTree.read(body) { root in
            for member in root.members where !member.value.isNull { take(member, &request) }
        }
        return request
    }

    private static func take(_ member: JSONValue.Member, _ request: inout ChatRequest) {
        let value = member.value
        switch member.name {
        case "messages":
            for message in value.elements { self.message(message, &request) }
        case "system":
            let blocks = self.blocks(value)
            if !blocks.isEmpty { request.messages.insert(ChatMessage(.system, blocks), at: 0) }
        case "inferenceConfig":
            request.outputLimit = value["maxTokens"]?.integer
            request.sampling.temperature = value["temperature"]?.number
            request.sampling.topP = value["topP"]?.number
            request.stop = value["stopSequences"]?.elements.compactMap(\.string) ?? []
        case "toolConfig": tools(value, &request)
        case "outputConfig":
            guard let schema = value["textFormat"]?["structure"]?["jsonSchema"],
                let json = schema["schema"]?.string.flatMap({ RawJSON(Array($0.utf8)) })
            else { return request.extras.keep(member) }
            var format = OutputFormat.JSONSchema(schema: json, name: schema["name"]?.string)
            format.description = schema["description"]?.string
            request.output = .jsonSchema(format)
        case "requestMetadata": request.metadata = value.raw
        case "serviceTier": request.serviceTier = value["type"]?.string
        default: request.extras.keep(member)
        }
    }

    private static func tools(_ value: JSONValue, _ request: inout ChatRequest) {
        for tool in value["tools"]?.elements ?? JSONValue.noElements(of: value) {
            if tool["cachePoint"] != nil, case .function(var last) = request.tools.last {
                last.cache = CacheMark(timeToLive: tool["cachePoint"]?["ttl"]?.string)
                request.tools[request.tools.count - 1] = .function(last)
            } else if let spec = tool["toolSpec"] {
                var function = FunctionTool(
                    name: spec["name"]?.string ?? "", description: spec["description"]?.string,
                    parameters: spec["inputSchema"]?["json"]?.raw)
                function.strict = spec["strict"]?.bool
                request.tools.append(.function(function))
            } else {
                request.tools.append(.native(type: "", tool.raw))
            }
        }
        guard let choice = value["toolChoice"] else { return }
        if choice["auto"] != nil { request.toolChoice = .auto }
        if choice["any"] != nil { request.toolChoice = .required }
        if let name = choice["tool"]?["name"]?.string { request.toolChoice = .named(name) }
    }

    private static func message(_ value: JSONValue, _ request: inout ChatRequest) {
        let isAssistant = value["role"]?.equals("assistant") == true
        var current = ChatMessage(isAssistant ? .assistant : .user)
        for block in blocks(value["content"] ?? value, isAssistant: isAssistant) {
            if case .toolResult(let result) = block, !isAssistant {
                if !current.content.isEmpty { request.messages.append(current) }
                current.content = []
                request.messages.append(toolResult: result)
            } else {
                current.content.append(block)
            }
        }
        if !current.content.isEmpty { request.messages.append(current) }
    }

    private static func blocks(_ value: JSONValue, isAssistant: Bool = false) -> [Block] {
        var blocks: [Block] = []
        for element in value.elements {
            if let point = element["cachePoint"], let last = blocks.indices.last {
                blocks[last] = marked(blocks[last], CacheMark(timeToLive: point["ttl"]?.string), element)
                if case .native = blocks[last] { blocks.append(BedrockBlocks.native(element)) }
            } else if isAssistant, element["toolResult"] != nil {
                // Of a tool of Bedrock's own.
                blocks.append(BedrockBlocks.native(element))
            } else {
                blocks.append(block(element))
            }
        }
        return blocks
    }

    private static func marked(_ block: Block, _ mark: CacheMark, _ point: JSONValue) -> Block {
        switch block {
        case .text(var text):
            text.cache = mark
            return .text(text)
        case .media(var media):
            media.cache = mark
            return .media(media)
        case .toolCall(var call):
            call.cache = mark
            return .toolCall(call)
        case .toolResult(var result):
            result.cache = mark
            return .toolResult(result)
        default: return block
        }
    }

    private static func block(_ value: JSONValue) -> Block {
        if let image = value["image"] { return media(.image, image) ?? BedrockBlocks.native(value) }
        if let document = value["document"] { return media(.document, document) ?? BedrockBlocks.native(value) }
        if let video = value["video"] { return media(.video, video) ?? BedrockBlocks.native(value) }
        if let result = value["toolResult"] { return .toolResult(toolResult(result)) }
        if value["citationsContent"] != nil { return BedrockBlocks.native(value) }
        guard let block = BedrockBlocks.blocks(value).first else { return BedrockBlocks.native(value) }
        return block
    }

    private static func toolResult(_ value: JSONValue) -> ToolResult {
        var result = ToolResult(callID: "", content: [])
        for member in value.members {
            switch member.name {
            case "toolUseId": result.callID = member.value.string ?? ""
            case "content": result.content = blocks(member.value)
            case "status": result.isError = member.value.equals("error")
            default: result.extras.keep(member)
            }
        }
        return result
    }

    private static func media(_ kind: Media.Kind, _ value: JSONValue) -> Block? {
        guard let source = value["source"] else { return nil }
        let found: Media.Source
        if let data = source["bytes"]?.string {
            guard let format = value["format"]?.string else { return nil }
            found = .base64(mediaType: format.decoded.contains("/") ? format : "x/" + format, data: data)
        } else if let text = source["text"]?.string {
            found = .text(mediaType: "text/plain", text)
        } else if let address = source["s3Location"]?["uri"]?.string {
            found = .url(address)
        } else {
            return nil
        }
        var media = Media(kind, found, title: value["name"]?.string)
        for member in value.members {
            switch member.name {
            case "format", "name", "source": break
            default: media.extras.keep(member)
            }
        }
        return .media(media)
    }
}
