/// Names of tools that were too long for a target: those that it was told, and the caller's.
///
/// Servers of tools (MCP) have names of 90 characters and more, which Anthropic takes and others refuse.
package struct ShortToolNames: Hashable, Sendable {
    private var whole: [JSONString: JSONString] = [:]

    package init() {}

    package var isEmpty: Bool { whole.isEmpty }

    /// The caller's name of the tool that the target calls `name`.
    package func caller(_ name: JSONString) -> JSONString { whole[name] ?? name }

    package mutating func add(_ others: ShortToolNames) { whole.merge(others.whole) { first, _ in first } }

    fileprivate mutating func shortened(_ name: JSONString, to limit: Int) -> JSONString {
        let short = name.shortened(to: limit)
        // Copied: a part of the body would keep all of it.
        if short != name { whole[short] = JSONString(name.decoded) }
        return short
    }
}

extension Dialect {
    /// How many characters the name of a tool may have: OpenAI, Gemini and Bedrock refuse those of more than 64.
    var longestToolName: Int { self == .anthropic ? 128 : 64 }
}

extension ChatRequest {
    /// Cuts names of tools that are too long for `dialect`, wherever they stand: each to the same everywhere.
    package mutating func shortenToolNames(for dialect: Dialect) -> ShortToolNames {
        var names = ShortToolNames()
        let limit = dialect.longestToolName
        // Nearly none has any.
        guard hasToolName(beyond: limit) else { return names }
        for index in tools.indices {
            switch tools[index] {
            case .function(var function):
                function.name = names.shortened(function.name, to: limit)
                tools[index] = .function(function)
            case .custom(var custom):
                custom.name = names.shortened(custom.name, to: limit)
                tools[index] = .custom(custom)
            case .native: break
            }
        }
        switch toolChoice {
        case .named(let name): toolChoice = .named(names.shortened(name, to: limit))
        case .among(let given, let isRequired):
            toolChoice = .among(given.map { names.shortened($0, to: limit) }, isRequired: isRequired)
        case .auto, .some(.none), .required, .validated, .native, nil: break
        }
        for index in messages.indices where messages[index].hasBlocks {
            messages[index].content = messages[index].content.map { block in
                switch block {
                case .toolCall(var call):
                    call.name = names.shortened(call.name, to: limit)
                    return .toolCall(call)
                case .toolResult(var result):
                    result.name = result.name.map { names.shortened($0, to: limit) }
                    return .toolResult(result)
                case .text, .refusal, .media, .thinking, .native: return block
                }
            }
        }
        return names
    }

    /// Bytes are at least as many as characters.
    private func hasToolName(beyond limit: Int) -> Bool {
        let isGiven = tools.contains { tool in
            switch tool {
            case .function(let function): function.name.escaped.count > limit
            case .custom(let custom): custom.name.escaped.count > limit
            case .native: false
            }
        }
        if isGiven { return true }
        return messages.haveBlocks
            && messages.contains { message in
                message.hasBlocks
                    && message.content.contains { block in
                        if case .toolCall(let call) = block { call.name.escaped.count > limit } else { false }
                    }
            }
    }
}

extension ChatAnswer {
    /// Gives tools their callers' names again.
    package mutating func renameTools(_ names: ShortToolNames) {
        guard !names.isEmpty else { return }
        for choice in choices.indices {
            for place in choices[choice].content.indices {
                guard case .toolCall(var call) = choices[choice].content[place] else { continue }
                call.name = names.caller(call.name)
                choices[choice].content[place] = .toolCall(call)
            }
        }
    }
}

extension StreamEvent.BlockStart {
    /// The same, with the caller's name of a tool.
    package func renamed(_ names: ShortToolNames) -> StreamEvent.BlockStart {
        guard case .toolCall(let id, let name, let isCustom) = self, !names.isEmpty else { return self }
        return .toolCall(id: id, name: names.caller(name), isCustom: isCustom)
    }
}
