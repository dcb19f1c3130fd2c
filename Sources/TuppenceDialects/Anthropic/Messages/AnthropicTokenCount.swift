/// `messages/count_tokens`: how many tokens a prompt has.
///
/// Source: https://platform.claude.com/docs/en/api/messages-count-tokens (read 2026-11).
package enum AnthropicTokenCount {
    /// Writes a caller's own request for a count, which limits no output: nothing is added to what was said.
    package static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        var outbound = AnthropicRequestWriter.write(request, to: target, host: .anthropic, limitsOutput: false)
        outbound.path = "messages/count_tokens"
        return outbound
    }
}
