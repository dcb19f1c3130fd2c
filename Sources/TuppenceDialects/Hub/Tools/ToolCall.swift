/// A model's wish to have a tool called.
package struct ToolCall: Hashable, Sendable {
    /// By which the result refers to the call. Some providers give none: readers then make one, see ``synthetic(_:answer:)``.
    package var id: JSONString
    package var name: JSONString
    package var arguments: ToolArguments
    /// Whether the tool takes text of any form in place of JSON (OpenAI's `custom`).
    package var isCustom = false
    package var cache: CacheMark?
    package var extras = Extras()

    package init(id: JSONString, name: JSONString, arguments: ToolArguments) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// The arguments of a call, exactly as the model produced them: some dialects have them as JSON, others as a string that
/// should be JSON and is not where an answer was cut short.
package struct ToolArguments: Hashable, Sendable {
    private enum Spelling: Sendable {
        case string(JSONString)
        case value(RawJSON)
    }

    private let spelling: Spelling

    package init(string: JSONString) { spelling = .string(string) }
    package init(value: RawJSON) { spelling = .value(value) }

    /// As a string, for dialects that have them so. No arguments at all are an empty object.
    package var string: JSONString {
        switch spelling {
        case .string(let string): string.isEmpty ? "{}" : string
        case .value(let value): JSONString(utf8: value.bytes)
        }
    }

    /// As a string, just as it came.
    package var rawString: JSONString {
        switch spelling {
        case .string(let string): string
        case .value(let value): JSONString(utf8: value.bytes)
        }
    }

    /// As a JSON object, for dialects that have them so. What is none is the one member of one, by the name that
    /// Anthropic recommends for it (https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming,
    /// read 2026-11).
    package var object: RawJSON {
        switch spelling {
        case .value(let value) where value.isObject: return value
        case .value(let value): return Self.wrapped(JSONString(utf8: value.bytes))
        case .string(let string):
            if string.isEmpty { return Self.none }
            if let value = RawJSON(Array(string.utf8)), value.isObject { return value }
            return Self.wrapped(string)
        }
    }

    private static let none = RawJSON { $0.object { _ in } }

    private static func wrapped(_ text: JSONString) -> RawJSON {
        RawJSON { $0.object { $0.member("INVALID_JSON", text) } }
    }

    /// The text of the arguments, byte for byte.
    private var utf8: ArraySlice<UInt8> {
        switch spelling {
        case .string(let string): string.isEmpty ? Self.none.bytes : string.utf8
        case .value(let value): value.bytes
        }
    }

    package static func == (left: ToolArguments, right: ToolArguments) -> Bool { left.utf8 == right.utf8 }
    package func hash(into hasher: inout Hasher) { hasher.combine(utf8) }
}

/// What came of a call.
package struct ToolResult: Hashable, Sendable {
    package var callID: JSONString
    /// The name of the tool, where the caller repeats it.
    package var name: JSONString?
    /// Text and media.
    package var content: [Block]
    package var isError: Bool?
    package var cache: CacheMark?
    package var extras = Extras()

    package init(callID: JSONString, content: [Block]) {
        self.callID = callID
        self.content = content
    }
}
