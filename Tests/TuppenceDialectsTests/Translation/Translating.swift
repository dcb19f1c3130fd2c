import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

/// A request of a caller as it goes to a provider of another dialect.
struct Translated {
    let outbound: OutboundRequest
    let body: [String: Any]
    var losses: [String] { outbound.losses.all.map(\.field) }
    var refused: [String] { outbound.losses.all.filter { $0.effect == .refused }.map(\.field) }

    init(
        _ request: String, from caller: any InboundDialect.Type = OpenAIChat.self,
        to provider: any OutboundDialect.Type, model: String = "model", limit: Int? = nil,
        accepts: ChatExtensions = []
    ) throws {
        let read = try caller.readRequest(Array(request.utf8), address: RequestAddress())
        var target = OutboundTarget(model: model, outputLimit: limit)
        target.accepts = accepts
        outbound = provider.write(read, to: target)
        body = try #require(try JSONSerialization.jsonObject(with: Data(outbound.body)) as? [String: Any])
    }

    /// Where the body differs from `json`; nil if it says the same.
    func difference(from json: String) throws -> String? {
        firstDifference(try JSONSerialization.jsonObject(with: Data(json.utf8)), body)
    }

    /// The value at a path such as `messages.0.content`.
    subscript(_ path: String) -> Any? { value(body, path) }
}

func value(_ root: Any?, _ path: String) -> Any? {
    path.split(separator: ".").reduce(root) { value, step in
        if let list = value as? [Any] { return Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil } }
        return (value as? [String: Any])?[String(step)]
    }
}

func parsed(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
}

/// A conversation with what most chats have: instructions, an image, calls of two tools side by side and their results.
let busyRequest = """
    {"model": "m", "max_tokens": 500, "temperature": 0.5, "stop": ["END"], "stream": true,
     "messages": [
      {"role": "system", "content": "Be brief."},
      {"role": "user", "content": [{"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]},
      {"role": "assistant", "content": "Let me see.", "tool_calls": [
        {"id": "call_one", "type": "function", "function": {"name": "look", "arguments": "{\\"deep\\": true}"}},
        {"id": "call_two", "type": "function", "function": {"name": "ask", "arguments": ""}}]},
      {"role": "tool", "tool_call_id": "call_one", "content": "a cat"},
      {"role": "tool", "tool_call_id": "call_two", "content": "a dog"},
      {"role": "user", "content": "Go on."}],
     "tools": [
      {"type": "function", "function": {"name": "look", "description": "Looks.",
        "parameters": {"type": "object", "properties": {"deep": {"type": "boolean"}}}}},
      {"type": "function", "function": {"name": "ask"}}],
     "tool_choice": "required"}
    """
