import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Functions in namespaces, as Codex has those of servers of tools.
@Suite("Namespaces of tools")
struct ToolNamespaceTests {
    private static func request(_ tools: String, _ items: String = "") throws -> ChatRequest {
        let body = #"{"model":"m","tools":[\#(tools)],"input":[{"role":"user","content":"Hi"}\#(items)]}"#
        return try OpenAIResponses.readRequest(Array(body.utf8), address: RequestAddress(model: "m"))
    }

    private static func space(_ name: String, _ functions: String...) -> String {
        let tools = functions.map { #"{"type":"function","name":"\#($0)","parameters":{"type":"object"}}"# }
        return #"{"type":"namespace","name":"\#(name)","tools":[\#(tools.joined(separator: ","))]}"#
    }

    private func names(_ request: ChatRequest) -> [String] {
        request.tools.map { tool in
            switch tool {
            case .function(let function): function.name.decoded
            case .custom(let custom): custom.name.decoded
            case .native(let type, _): type.decoded
            }
        }
    }

    @Test("functions have both names, with the marks between them once, in their order")
    func flattened() throws {
        let plain = #"{"type":"function","name":"shell"}"#
        var request = try Self.request(
            Self.space("mcp__a__", "read", "write") + "," + plain + "," + Self.space("mcp__b", "read"))
        let namespaces = request.flattenNamespaces()
        #expect(names(request) == ["mcp__a__read", "mcp__a__write", "shell", "mcp__b__read"])
        #expect(namespaces.caller("mcp__a__read") == ToolNamespaces.Member(namespace: "mcp__a__", name: "read"))
        #expect(namespaces.caller("mcp__b__read") == ToolNamespaces.Member(namespace: "mcp__b", name: "read"))
        #expect(namespaces.caller("shell") == nil && namespaces.descriptions.isEmpty)
    }

    @Test("earlier calls have the name, too, also of functions that are no longer there")
    func calls() throws {
        for (space, name) in [("mcp__a", "mcp__a__read"), ("read", "read")] {
            let members = #""call_id":"c","name":"read","namespace":"\#(space)""#
            var request = try Self.request(
                "",
                #",{"type":"function_call",\#(members),"arguments":"{}"},{"type":"function_call_output",\#(members),"output":"1"}"#
            )
            _ = request.flattenNamespaces()
            #expect(request.messages.count == 3)
            guard case .toolCall(let call)? = request.messages[1].content.first else {
                Issue.record("no call")
                return
            }
            #expect(call.name.decoded == name)
            let losses = OpenAIChat.write(request, to: OutboundTarget(model: "m")).losses
            // The name of a tool once more is no namespace.
            let fields = losses.all.map(\.field)
            #expect(name == "read" ? fields.count == 1 && fields[0].hasSuffix(".namespace") : fields.isEmpty)
        }
    }

    @Test(
        "one stays, and is refused, where two tools would have one name, or where it has other tools than functions",
        arguments: [
            #"{"type":"function","name":"a__b"},"# + space("a", "b"),
            space("a", "b__c") + "," + space("a__b", "c"),
            #"{"type":"namespace","name":"a","tools":[{"type":"function","name":"b"},{"type":"web_search"}]}"#,
        ])
    func kept(tools: String) throws {
        var request = try Self.request(tools)
        _ = request.flattenNamespaces()
        #expect(names(request).last == "namespace")
        let outbound = OpenAIChat.write(request, to: OutboundTarget(model: "m"))
        #expect(outbound.losses.refusal(dropping: false) != nil)
    }

    @Test("an answer tells the caller's own two names, whole and streamed, of a function with such alone")
    func answers() throws {
        var request = try Self.request(Self.space("mcp__a", "read"))
        var style = AnswerStyle.test
        style.namespaces = request.flattenNamespaces()
        for (name, told) in [
            ("mcp__a__read", #""call_id":"c","name":"read","namespace":"mcp__a","arguments""#),
            ("shell", #""call_id":"c","name":"shell","arguments""#),
        ] {
            let place = StreamEvent.Place(0, 0)
            let events = string(
                stream(
                    [
                        .start(StreamStart(origin: .anthropic)),
                        .blockStart(place, .toolCall(id: "c", name: JSONString(name), isCustom: false)),
                        .blockEnd(place), .finish(choice: 0, Finish(.toolCalls)), .end,
                    ], to: OpenAIResponses.self, style))
            // Where it begins, where it ends, and in the whole.
            #expect(events.ranges(of: told).count == 3, "\(events)")
            var answer = ChatAnswer(origin: .anthropic)
            var choice = ChatAnswer.Choice(index: 0)
            choice.content = [
                .toolCall(ToolCall(id: "c", name: JSONString(name), arguments: ToolArguments(string: "{}")))
            ]
            choice.finish = Finish(.toolCalls)
            answer.choices = [choice]
            let item = value(try parsed(OpenAIResponses.write(answer, in: style)), "output.0")
            #expect(value(item, "name") as? String == (name == "shell" ? "shell" : "read"))
            #expect(value(item, "namespace") as? String == (name == "shell" ? nil : "mcp__a"))
        }
    }
}
