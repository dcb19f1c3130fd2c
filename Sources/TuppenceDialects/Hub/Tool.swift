/// Something a model may ask for while it answers.
package enum Tool: Hashable, Sendable {
    /// The caller's own, called by the caller.
    case function(FunctionTool)
    /// One that only the dialect of origin has (a provider's search, say), as it was.
    case native(type: JSONString, RawJSON)
}

package struct FunctionTool: Hashable, Sendable {
    package var name: JSONString
    package var description: JSONString?
    /// A JSON schema; nil for a tool without arguments.
    package var parameters: RawJSON?
    /// Whether arguments are made to follow the schema.
    package var strict: Bool?
    package var cache: CacheMark?
    package var extras = Extras()

    package init(name: JSONString, description: JSONString? = nil, parameters: RawJSON? = nil) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}

/// Whether and which tool an answer calls.
package enum ToolChoice: Hashable, Sendable {
    case auto, none
    /// At least one, whichever.
    case required
    case named(JSONString)
    /// None but these: one of them at least, or as `auto`.
    case among([JSONString], isRequired: Bool)
    /// As `auto`, with arguments held to their schemas (Gemini's `VALIDATED`).
    case validated
    /// A choice that only the dialect of origin has, as it was.
    case native(RawJSON)

    package var isForced: Bool {
        switch self {
        case .auto, .none, .validated: false
        case .among(_, let isRequired): isRequired
        case .required, .named, .native: true
        }
    }
}
