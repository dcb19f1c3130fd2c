import Testing
import TuppenceCore
import TuppenceDialects

@testable import TuppenceSandbox

/// What the sandbox did for one request.
struct Played {
    var head = SandboxHead()
    var body: [UInt8] = []
    var outputTokens = 0
    var charge: SandboxCharge?
    var waits: [Duration] = []
    /// The step that it ended with.
    var last: SandboxStep?

    init(_ answer: SandboxAnswer) {
        for step in answer.steps {
            switch step {
            case .wait(let duration): waits.append(duration)
            case .generate(let charge): self.charge = charge
            case .head(let head): self.head = head
            case .send(let bytes, let tokens):
                body += bytes
                outputTokens += tokens
            case .end, .cut, .reset, .hang: last = step
            }
        }
    }
}

/// What an answer says, in no dialect's words.
struct Told: Equatable {
    struct Call: Equatable {
        var name: String
        var arguments: String
    }

    var text = ""
    var calls: [Call] = []
    var finish: Finish.Reason?
    var usage: Usage?

    init(_ answer: ChatAnswer) {
        usage = answer.usage?.usage
        guard let choice = answer.choices.first else { return }
        for block in choice.content {
            switch block {
            case .text(let part): text += part.text.decoded
            case .toolCall(let call):
                calls.append(Call(name: call.name.decoded, arguments: call.arguments.string.decoded))
            case .media, .toolResult, .thinking, .refusal, .native: break
            }
        }
        // Gemini has no reason of its own for calls.
        finish = choice.finish?.reason == .stop && !calls.isEmpty ? .toolCalls : choice.finish?.reason
    }
}

/// The sandbox, asked as the gateway asks a provider.
struct Asking {
    /// Those beside OpenAI's chats.
    static let dialects: [Dialect] = [.anthropic, .responses, .gemini, .cohere, .bedrock]

    let service = SandboxService()
    let dialect: Dialect

    init(_ dialect: Dialect) { self.dialect = dialect }

    /// What stands in `base_url`, and before the paths of the dialect.
    private var base: String {
        switch dialect {
        case .openAI, .mistral, .responses, .anthropic: "/v1/"
        case .gemini: "/v1beta/"
        case .cohere: "/v2/"
        case .bedrock: "/"
        }
    }

    /// - Parameter chat: in OpenAI's words.
    func ask(_ chat: String, model: String) throws -> Played {
        let caller = try #require(Dialect.openAI.inbound)
        let request = try caller.readRequest(Array(chat.utf8), address: RequestAddress())
        let outbound = dialect.outbound.write(request, to: OutboundTarget(model: model))
        return send(outbound.path, outbound.body)
    }

    func send(_ path: String, _ body: [UInt8], method: String = "POST") -> Played {
        let parts = path.split(separator: "?", maxSplits: 1)
        let request = SandboxRequest(
            method: method, path: base + String(parts[0]), query: parts.count > 1 ? parts[1] : "",
            contentType: "application/json", body: body)
        return Played(service.answer(request))
    }

    func whole(_ played: Played) throws -> Told { Told(try dialect.outbound.readAnswer(played.body)) }

    func stream(_ played: Played) throws -> (told: Told, error: ProviderError?) {
        var framer = StreamFramer(dialect.outbound.framing)
        var reader = dialect.outbound.streamReader()
        var events: [StreamEvent] = []
        played.body.withUnsafeBytes { framer.append($0) }
        while let message = try framer.next() { reader.read(message, into: &events) }
        if let message = framer.rest() { reader.read(message, into: &events) }
        reader.finish(into: &events)
        var collector = AnswerCollector()
        for event in events { collector.take(event) }
        return (Told(collector.answer), collector.error)
    }

    func error(_ played: Played) -> ProviderError {
        dialect.outbound.readError(status: played.head.status, body: played.body, type: played.head.errorType)
    }
}

/// Chats in OpenAI's words.
enum Chats {
    static let tools = """
        [{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"},\
        "days":{"type":"integer"}}}}},{"type":"function","function":{"name":"stocks","parameters":{"type":"object",\
        "properties":{"name":{"type":"string"}}}}}]
        """

    static func text(streams: Bool = false, limit: Int? = nil) -> String {
        chat(#"{"role":"user","content":"Tell me of the sea."}"#, streams, limit.map { #","max_tokens":\#($0)"# } ?? "")
    }

    static func calls(streams: Bool = false) -> String {
        chat(#"{"role":"user","content":"What will it be?"}"#, streams, #","tools":\#(tools)"#)
    }

    /// A tool has answered.
    static func answered(streams: Bool = false) -> String {
        chat(
            #"{"role":"user","content":"And now?"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Leeds\"}"}}]},{"role":"tool","tool_call_id":"call_1","content":"rain"}"#,
            streams, #","tools":\#(tools)"#)
    }

    private static func chat(_ messages: String, _ streams: Bool, _ more: String) -> String {
        #"{"model":"m","stream":\#(streams),"messages":[{"role":"system","content":"Be brief."},\#(messages)]\#(more)}"#
    }
}
