import TuppenceDialects

/// A function of the program's own that a model may ask for. The program calls it and sends what it came to.
public struct Tool: Hashable, Sendable {
    public var name: String
    public var description: String?
    /// A JSON schema; nil for a tool without arguments.
    public var parameters: JSON?
    /// Whether arguments are made to follow the schema, by providers who can.
    public var strict: Bool?

    public init(_ name: String, description: String? = nil, parameters: JSON? = nil, strict: Bool? = nil) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.strict = strict
    }

    var hub: TuppenceDialects.Tool {
        var function = FunctionTool(
            name: JSONString(name), description: description.map { JSONString($0) }, parameters: parameters?.raw)
        function.strict = strict
        return .function(function)
    }
}

/// Whether and which tool an answer calls.
public enum ToolChoice: Hashable, Sendable {
    case auto, none
    /// At least one, whichever.
    case required
    case named(String)

    var hub: TuppenceDialects.ToolChoice {
        switch self {
        case .auto: .auto
        case .none: .none
        case .required: .required
        case .named(let name): .named(JSONString(name))
        }
    }
}
