/// Something a model may ask for while it answers.
package enum Tool: Hashable, Sendable {
    /// The caller's own, called by the caller.
    case function(FunctionTool)
    /// The caller's own, called with text of any form in place of JSON. OpenAI has such, in chats and in Responses.
    case custom(CustomTool)
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

package struct CustomTool: Hashable, Sendable {
    package struct Grammar: Hashable, Sendable {
        /// `lark` or `regex`.
        package var syntax: JSONString
        package var definition: JSONString
    }

    package var name: JSONString
    package var description: JSONString?
    /// What the text has to follow; nil where it may be any.
    package var grammar: Grammar?
    package var extras = Extras()
    /// As its caller has said it.
    package let json: RawJSON

    package init(name: JSONString, json: RawJSON) {
        self.name = name
        self.json = json
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
