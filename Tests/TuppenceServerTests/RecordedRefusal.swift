import Foundation
import TuppenceDialects

/// What of a recorded request this gateway sends to nobody: what lies at a provider, where it cannot be seen, and what tools of
/// the provider's and other models cost, which cannot be held for.
struct RecordedRefusal {
    /// As the refusal names it; empty where the request goes out as it was recorded.
    private(set) var names: [String] = []
    /// The request without it.
    private(set) var rest: [String: Any]

    /// Run by the provider and charged in ways of their own.
    private static let tools: Set = [
        "code_interpreter", "file_search", "image_generation", "mcp", "x_search",
    ]

    /// The caller may search for tools itself.
    private static func isProviders(_ tool: [String: Any]) -> Bool {
        let type = tool["type"] as? String ?? ""
        return tools.contains(type) || type == "tool_search" && tool["execution"] as? String != "client"
    }

    init(_ recording: Recording) {
        rest = recording.request
        switch recording.dialect {
        case .responses: takeOutOfResponses()
        case .gemini: takeOut("cachedContent", named: "'cachedContent'")
        case .openAI, .anthropic: takeOutOtherModels()
        default: break
        }
    }

    private mutating func takeOutOtherModels() {
        takeOut("models", named: "'models'")
        takeOut("fallbacks", named: "'fallbacks'")
        guard let tools = rest["tools"] as? [[String: Any]] else { return }
        let others = tools.filter { ($0["type"] as? String)?.contains("advisor") != true }
        if others.count < tools.count {
            names.append("'tools'")
            rest["tools"] = others
        }
    }

    private mutating func takeOutOfResponses() {
        takeOut("conversation", named: "'conversation'")
        takeOut("prompt", named: "'prompt'")
        if rest["background"] as? Bool == true { takeOut("background", named: "'background'") }
        // The refusal names the answer that the request goes on from.
        if let id = rest["previous_response_id"] as? String { takeOut("previous_response_id", named: "'\(id)'") }
        guard let all = rest["tools"] as? [[String: Any]] else { return }
        let refused = all.indices.filter { Self.isProviders(all[$0]) }
        names += refused.map { "'tools[\($0)]'" }
        rest["tools"] = all.indices.filter { !refused.contains($0) }.map { all[$0] }
    }

    private mutating func takeOut(_ field: String, named name: String) {
        if let value = rest.removeValue(forKey: field), !(value is NSNull) { names.append(name) }
    }
}
