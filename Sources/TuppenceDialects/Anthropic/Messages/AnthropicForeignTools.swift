/// Tools of other dialects' callers as Claude takes them, one after the other.
struct AnthropicForeignTools {
    /// More of them in a request are answered with 400.
    private static let mostStrict = 20

    private let model: AnthropicModel
    private var strict = 0

    init(model: AnthropicModel) { self.model = model }

    mutating func fitted(_ tool: FunctionTool, _ index: Int, _ losses: inout Losses) -> FunctionTool {
        var tool = tool
        if let parameters = tool.parameters, let uncombined = AnthropicCombinations.uncombined(parameters) {
            losses.add(
                "tools[\(index)].parameters", .adjusted,
                "The target combines no schemas at the root of a tool's: it has all their members, and not which go together."
            )
            tool.parameters = uncombined
        }
        guard tool.strict == true else {
            if !model.takesSchema { tool.strict = nil }
            return tool
        }
        let schema = AnthropicTools.schema(tool.parameters)
        if let obstacle = obstacle(to: schema) {
            losses.add("tools[\(index)].strict", .dropped, obstacle)
            tool.strict = nil
        } else {
            strict += 1
            tool.parameters = AnthropicSchema.translated(schema)
        }
        return tool
    }

    /// Why arguments cannot be held to `schema`; nil if they can.
    private func obstacle(to schema: RawJSON) -> String? {
        if !model.takesSchema { return "The target model does not hold arguments to their schema." }
        if strict == Self.mostStrict {
            return "The target holds the arguments of \(Self.mostStrict) tools at most to their schemas."
        }
        if AnthropicSchema.holdsArguments(schema) { return nil }
        return "The target holds no arguments to a schema with objects whose members may have any name."
    }
}
