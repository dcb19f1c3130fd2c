import TuppenceCore

/// Anthropic's Messages.
///
/// Source: https://platform.claude.com/docs/en/api/messages (read 2026-11).
package enum AnthropicMessages {
    package static let dialect = Dialect.anthropic
    /// The limit of those who give none, which the dialect does not allow.
    static let defaultOutputLimit = 4_096

    /// What stands where a signature does. Bedrock signs Claude's thoughts as Anthropic does.
    static func seal(_ thinking: Thinking) -> JSONString {
        if let signature = ThinkingSeal.string(thinking, own: [.anthropic, .bedrock]) { return signature }
        return thinking.format == .anthropic ? "" : ThinkingSeal.unsigned(thinking)
    }

    /// Where Claude is asked, which decides what the body says.
    package enum Host: Hashable, Sendable {
        case anthropic, vertex, bedrock

        /// Those that have the model in the path want the version in the body.
        var version: StaticString? {
            switch self {
            case .anthropic: nil
            case .vertex: "vertex-2023-10-16"
            case .bedrock: "bedrock-2023-05-31"
            }
        }

        /// Behind the base URL, without a slash at the front.
        func path(of model: String, streams: Bool) -> String {
            let name = PercentEncoding.encoded(model) { PercentEncoding.isUnreserved($0) || $0 == UInt8(ascii: "@") }
            return switch self {
            case .anthropic: "messages"
            case .vertex: "publishers/anthropic/models/\(name):\(streams ? "streamRawPredict" : "rawPredict")"
            case .bedrock: "model/\(PercentEncoding.encoded(model))/invoke\(streams ? "-with-response-stream" : "")"
            }
        }
    }
}
