import TuppenceCore
import TuppenceDialects

/// A request as far as its way and its cost depend on it: what somebody knows who has not written it yet.
package struct RequestSketch: Hashable, Sendable {
    /// A route, a model or `provider/model`.
    package var model: String
    /// About so many, of plain English.
    package var inputTokens: Int
    /// Nil for the route's own limit.
    package var outputTokens: Int?
    package var needsTools: Bool
    package var needsVision: Bool
    package var needsJSONSchema: Bool
    package var streams: Bool

    /// Next to no model's context takes more.
    package static let mostTokens = 2_000_000

    package init(
        model: String, inputTokens: Int, outputTokens: Int? = nil, needsTools: Bool = false, needsVision: Bool = false,
        needsJSONSchema: Bool = false, streams: Bool = false
    ) {
        precondition((0...Self.mostTokens).contains(inputTokens), "a request of \(inputTokens) tokens")
        self.model = model
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.needsTools = needsTools
        self.needsVision = needsVision
        self.needsJSONSchema = needsJSONSchema
        self.streams = streams
    }

    /// A request that is like it, so that what decides about real ones decides about it.
    func body(isEmbedding: Bool) -> [UInt8] {
        var json = JSONObject()
        json.add("model", model)
        guard !isEmbedding else {
            json.add("input", text)
            return json.bytes
        }
        json.add("messages", [message])
        if let outputTokens { json.add("max_tokens", Int64(outputTokens)) }
        if streams { json.add("stream", true) }
        if needsTools { json.add("tools", [Self.tool]) }
        if needsJSONSchema { json.add("response_format", Self.format) }
        return json.bytes
    }

    private var message: JSONObject {
        var message = JSONObject()
        message.add("role", "user")
        guard needsVision else {
            message.add("content", text)
            return message
        }
        var (words, address, image) = (JSONObject(), JSONObject(), JSONObject())
        words.add("type", "text")
        words.add("text", text)
        // Nobody asks for it: nothing is sent.
        address.add("url", "https://image.invalid/picture.png")
        image.add("type", "image_url")
        image.add("image_url", address)
        message.add("content", [words, image])
        return message
    }

    private static var tool: JSONObject {
        var (function, tool) = (JSONObject(), JSONObject())
        function.add("name", "look_up")
        function.add("parameters", anything)
        tool.add("type", "function")
        tool.add("function", function)
        return tool
    }

    private static var format: JSONObject {
        var (schema, format) = (JSONObject(), JSONObject())
        schema.add("name", "answer")
        schema.add("schema", anything)
        format.add("type", "json_schema")
        format.add("json_schema", schema)
        return format
    }

    private static var anything: JSONObject {
        var schema = JSONObject()
        schema.add("type", "object")
        return schema
    }

    /// As much English as is guessed to be so many tokens. Guessed is three quarters of the most that a text may have, which
    /// makes six and a half bytes of this sentence a token.
    private var text: String {
        let bytes = inputTokens * 13 / 2
        let sentences = String(repeating: Self.sentence, count: bytes / Self.sentence.utf8.count + 1)
        return String(decoding: sentences.utf8.prefix(bytes), as: UTF8.self)
    }

    private static let sentence = "People would rather look at where their money goes than read about it at length. "
}
