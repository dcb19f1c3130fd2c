/// Tools that take text of any form. Chats have what is said of one, and of its grammar, in an object by itself; Responses have
/// it flat.
///
/// Sources: https://platform.openai.com/docs/api-reference/chat/create, …/responses/create (read 2026-11).
enum OpenAICustomTools {
    /// - Returns: nil for a tool of another type, and for one that cannot be said in both dialects.
    static func tool(_ value: JSONValue) -> Tool? {
        guard value["type"]?.equals("custom") == true else { return nil }
        let nested = value["custom"]
        guard let name = (nested ?? value)["name"]?.string, !name.isEmpty else { return nil }
        var tool = CustomTool(name: name, json: value.raw)
        for member in (nested ?? value).members where !member.value.isNull {
            switch member.name {
            case "type", "name": break
            case "description": tool.description = member.value.string
            case "format":
                guard member.value["type"]?.equals("text") != true else { continue }
                guard let grammar = grammar(member.value) else { return nil }
                tool.grammar = grammar
            default: tool.extras.keep(member)
            }
        }
        guard nested != nil else { return .custom(tool) }
        for member in value.members where !(member.name.equals("type") || member.name.equals("custom")) {
            tool.extras.keep(member)
        }
        return .custom(tool)
    }

    private static func grammar(_ format: JSONValue) -> CustomTool.Grammar? {
        let grammar = format["grammar"] ?? format
        guard format["type"]?.equals("grammar") == true, let syntax = grammar["syntax"]?.string,
            let definition = grammar["definition"]?.string
        else { return nil }
        return CustomTool.Grammar(syntax: syntax, definition: definition)
    }

    /// - Parameter isNested: as chats have it.
    static func write(_ tool: CustomTool, isNested: Bool, into json: inout JSONWriter) {
        json.object { json in
            json.member("type", literal: "custom")
            if isNested {
                json.member("custom", object: { members(tool, isNested: true, &$0) })
            } else {
                members(tool, isNested: false, &json)
            }
        }
    }

    private static func members(_ tool: CustomTool, isNested: Bool, _ json: inout JSONWriter) {
        json.member("name", tool.name)
        json.member("description", tool.description)
        guard let grammar = tool.grammar else { return }
        json.member(
            "format",
            object: { json in
                json.member("type", literal: "grammar")
                if isNested {
                    json.member("grammar", object: { members(grammar, &$0) })
                } else {
                    members(grammar, &json)
                }
            })
    }

    private static func members(_ grammar: CustomTool.Grammar, _ json: inout JSONWriter) {
        json.member("syntax", grammar.syntax)
        json.member("definition", grammar.definition)
    }

    // MARK: The choice

    /// The tool of this kind that has to be called; nil for any other choice.
    static func chosen(_ choice: ToolChoice?) -> JSONString? {
        guard case .native(let raw)? = choice else { return nil }
        do throws(JSONError) {
            return try raw.read { (value) -> JSONString? in
                guard value["type"]?.equals("custom") == true else { return nil }
                return (value["custom"] ?? value)["name"]?.string
            }
        } catch { return nil }  // What cannot be read is a choice that no other dialect has.
    }

    static func write(choice name: JSONString, isNested: Bool, into json: inout JSONWriter) {
        json.object { json in
            json.member("type", literal: "custom")
            if isNested {
                json.member("custom", object: { $0.member("name", name) })
            } else {
                json.member("name", name)
            }
        }
    }
}
