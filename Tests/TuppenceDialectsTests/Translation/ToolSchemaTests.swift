import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Schemas of tools")
struct ToolSchemaTests {
    private func ask(_ tool: String) -> String {
        #"{"model": "m", "max_tokens": 99, "messages": [{"role": "user", "content": "Hi"}], "tools": [\#(tool)]}"#
    }

    private func said(_ request: Translated, _ path: String) throws -> String? {
        try JSONDocument(request.outbound.body)[path]
    }

    @Test(
        "that name no members of an object do so towards OpenAI, and others stay as they are",
        arguments: [
            (#"{"type": "object"}"#, #"{"properties":{},"type":"object"}"#),
            // As people write them, the bracket on a line of its own.
            ("{\n  \"type\": \"object\"\n}", #"{"properties":{},"type":"object"}"#),
            ("{}", #"{"properties":{},"type":"object"}"#), ("{\n}", #"{"properties":{},"type":"object"}"#),
            (#"{"type": "object", "properties": {"a": {}}}"#, #"{"properties":{"a":{}},"type":"object"}"#),
            (#"{"anyOf": [{"type": "object"}]}"#, #"{"anyOf":[{"type":"object"}]}"#),
        ])
    func noProperties(given: String, expected: String) throws {
        let request = ask(#"{"name": "f", "input_schema": \#(given)}"#)
        let chat = try Translated(request, from: AnthropicMessages.self, to: OpenAIChat.self)
        #expect(try said(chat, "tools/0/function/parameters") == expected)
        let responses = try Translated(request, from: AnthropicMessages.self, to: OpenAIResponses.self)
        #expect(try said(responses, "tools/0/parameters") == expected)
        #expect(chat.losses.isEmpty && responses.losses.isEmpty)
    }

    @Test("are given to OpenAI where a tool has none")
    func none() throws {
        let body = """
            {"model": "m", "contents": [{"parts": [{"text": "Hi"}]}], "tools": [{"functionDeclarations": [{"name": "f"}]}]}
            """
        let chat = try Translated(body, from: GeminiChat.self, to: OpenAIChat.self)
        #expect(try said(chat, "tools/0/function/parameters") == #"{"properties":{},"type":"object"}"#)
    }

    @Test("stay as they are in their own dialect")
    func own() throws {
        let tool = #"{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}"#
        let chat = try Translated(ask(tool), to: OpenAIChat.self)
        #expect(try said(chat, "tools/0/function/parameters") == #"{"type":"object"}"#)
        let without = try Translated(ask(#"{"type":"function","function":{"name":"f"}}"#), to: OpenAIChat.self)
        #expect(try said(without, "tools/0/function/parameters") == nil)
    }

    // MARK: Claude's

    private func strict(_ schema: String, name: String = "f") -> String {
        #"{"type":"function","function":{"name":"\#(name)","strict":true,"parameters":\#(schema)}}"#
    }

    @Test("that arguments are held to are such as Claude takes, there and on Bedrock")
    func strictTools() throws {
        let request = ask(strict(#"{"type":"object","properties":{"a":{"type":"integer","minimum":1}}}"#))
        let expected =
            #"{"additionalProperties":false,"properties":{"a":{"description":"(minimum: 1)","type":"integer"}},"type":"object"}"#
        let anthropic = try Translated(request, to: AnthropicMessages.self, model: "claude-sonnet-4-5")
        #expect(try said(anthropic, "tools/0/input_schema") == expected)
        #expect(anthropic["tools.0.strict"] as? Bool == true && anthropic.losses.isEmpty)
        let bedrock = try Translated(request, to: BedrockConverse.self, model: "us.anthropic.claude-sonnet-4-5-v1:0")
        #expect(try said(bedrock, "toolConfig/tools/0/toolSpec/inputSchema/json") == expected)
        #expect(bedrock["toolConfig.tools.0.toolSpec.strict"] as? Bool == true && bedrock.losses.isEmpty)
    }

    @Test(
        "that Claude holds no arguments to are sent as they are, and `strict` is dropped",
        arguments: [
            ("claude-3-haiku", #"{"type":"object","properties":{"a":{"minimum":1}}}"#),
            ("claude-sonnet-4-5", #"{"type":"object","properties":{"a":{"type":"object"}}}"#),
            ("claude-sonnet-4-5", #"{"additionalProperties":{"type":"string"},"type":"object"}"#),
        ])
    func looseTools(model: String, schema: String) throws {
        let given = try JSONDocument(schema)[""]
        let anthropic = try Translated(ask(strict(schema)), to: AnthropicMessages.self, model: model)
        #expect(try said(anthropic, "tools/0/input_schema") == given)
        #expect(anthropic["tools.0.strict"] == nil)
        #expect(anthropic.losses == ["tools[0].strict"] && anthropic.refused.isEmpty)
        let bedrock = try Translated(
            ask(strict(schema)), to: BedrockConverse.self, model: "anthropic.\(model)-v1:0")
        #expect(try said(bedrock, "toolConfig/tools/0/toolSpec/inputSchema/json") == given)
        #expect(bedrock["toolConfig.tools.0.toolSpec.strict"] == nil)
        #expect(bedrock.losses == ["tools[0].strict"] && bedrock.refused.isEmpty)
    }

    @Test("are strict for twenty tools of Claude's at most")
    func mostStrict() throws {
        let tools = (1...21).map { strict(#"{"type":"object","properties":{}}"#, name: "f\($0)") }
        let request = try Translated(
            ask(tools.joined(separator: ",")), to: AnthropicMessages.self, model: "claude-sonnet-4-5")
        #expect(request["tools.19.strict"] as? Bool == true && request["tools.20.strict"] == nil)
        #expect(request.losses == ["tools[20].strict"])
    }

    @Test(
        "that are combined at the root name all members there for Claude",
        arguments: [
            // What the root has stays, and only what all ask for is asked for.
            (
                #"{"type":"object","properties":{"a":{},"b":{}},"anyOf":[{"required":["a"]},{"required":["b"]}]}"#,
                #"{"properties":{"a":{},"b":{}},"type":"object"}"#
            ),
            (
                #"{"oneOf":[{"properties":{"k":{"const":1},"a":{}},"required":["k","a"]},{"properties":{"k":{"const":2},"b":{}},"required":["b","k"]}]}"#,
                #"{"properties":{"a":{},"b":{},"k":{"anyOf":[{"const":1},{"const":2}]}},"required":["k"],"type":"object"}"#
            ),
            (
                #"{"type":"object","required":["a"],"allOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"a":{},"b":{}},"required":["b"]}]}"#,
                #"{"properties":{"a":{},"b":{}},"required":["a","b"],"type":"object"}"#
            ),
            (
                ##"{"$defs":{"A":{"properties":{"a":{}}}},"anyOf":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/A"},{"type":"null"}]}"##,
                ##"{"$defs":{"A":{"properties":{"a":{}}}},"properties":{"a":{}},"type":"object"}"##
            ),
            // What is combined combines others in turn.
            (
                #"{"anyOf":[{"allOf":[{"properties":{"a":{}},"required":["a"]},{"oneOf":[{"properties":{"b":{}}}]}]},{"properties":{"c":{}},"required":["a"]}]}"#,
                #"{"properties":{"a":{},"b":{},"c":{}},"required":["a"],"type":"object"}"#
            ),
            (
                ##"{"$defs":{"A":{"allOf":[{"$ref":"#/$defs/C"},{"properties":{"a":{}}}]},"B":{"allOf":[{"$ref":"#/$defs/C"},{"properties":{"b":{}}}]},"C":{"properties":{"id":{}},"required":["id"]}},"oneOf":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/B"}]}"##,
                ##"{"$defs":{"A":{"allOf":[{"$ref":"#/$defs/C"},{"properties":{"a":{}}}]},"B":{"allOf":[{"$ref":"#/$defs/C"},{"properties":{"b":{}}}]},"C":{"properties":{"id":{}},"required":["id"]}},"properties":{"a":{},"b":{},"id":{}},"required":["id"],"type":"object"}"##
            ),
            // A definition refers to itself, and has members beside a reference.
            (
                ##"{"anyOf":[{"$ref":"#/definitions/A","properties":{"b":{}}}],"definitions":{"A":{"anyOf":[{"$ref":"#/definitions/A"},{"properties":{"a":{}}}]}}}"##,
                ##"{"definitions":{"A":{"anyOf":[{"$ref":"#/definitions/A"},{"properties":{"a":{}}}]}},"properties":{"a":{},"b":{}},"type":"object"}"##
            ),
        ])
    func combined(given: String, expected: String) throws {
        let request = ask(#"{"type":"function","function":{"name":"f","parameters":\#(given)}}"#)
        let anthropic = try Translated(request, to: AnthropicMessages.self, model: "claude-sonnet-4-5")
        #expect(try said(anthropic, "tools/0/input_schema") == expected)
        #expect(anthropic.outbound.losses.all.map(\.field) == ["tools[0].parameters"])
        #expect(anthropic.outbound.losses.all.map(\.effect) == [.adjusted])
        let bedrock = try Translated(request, to: BedrockConverse.self, model: "us.anthropic.claude-sonnet-4-5-v1:0")
        #expect(try said(bedrock, "toolConfig/tools/0/toolSpec/inputSchema/json") == expected)
        // Other models there take them.
        let nova = try Translated(request, to: BedrockConverse.self, model: "amazon.nova-lite-v1:0")
        #expect(nova.losses.isEmpty)
    }

    @Test("that combine and refer without end are read in no time", .timeLimit(.minutes(1)))
    func hostile() throws {
        let doubled = (0..<2_000).map { number in
            let next = ##"{"allOf":[{"$ref":"#/$defs/D\##(number + 1)"}]}"##
            return ##""D\##(number)":{"anyOf":[\##(next),\##(next)],"properties":{"p\##(number)":{}}}"##
        }
        let large = (0..<2_000).map { #""m\#($0)":{"type":"string"}"# }.joined(separator: ",")
        let definitions = doubled.joined(separator: ",") + #","L":{"properties":{\#(large)}}"#
        let references = (0..<20_000).map { number in
            let name = number % 2 == 0 ? "L" : "D\(number % 2_000)"
            return ##"{"$ref":"#/$defs/\##(name)"}"##
        }
        let root = ##"{"$defs":{\##(definitions)},"anyOf":[\##(references.joined(separator: ","))]}"##
        let schema = try #require(RawJSON(Array(root.utf8)))
        let found = try #require(AnthropicCombinations.uncombined(schema))
        let names = try found.read { $0["properties"]?.members.map { $0.key.decoded } ?? [] }
        #expect(Set(names).isSuperset(of: ["m0", "m1999", "p1", "p1999"]))
        // Every name once, and no schema put together of thousands that are alike.
        #expect(Set(names).count == names.count && found.bytes.count < 2 * root.utf8.count)
    }

    @Test("are combined below the root as the caller has it")
    func combinedBelow() throws {
        let schema = #"{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"type":"object"}"#
        let request = ask(#"{"type":"function","function":{"name":"f","parameters":\#(schema)}}"#)
        let anthropic = try Translated(request, to: AnthropicMessages.self, model: "claude-sonnet-4-5")
        #expect(try said(anthropic, "tools/0/input_schema") == schema)
        #expect(anthropic.losses.isEmpty)
    }
}
