import TuppenceCore

/// What the chunks of a stream have in common, of chats and of completions: the names that each begins with, the usage that
/// they end with, and the end.
struct OpenAIChunkFrame {
    private let isChat: Bool
    /// What every chunk begins with; nothing before the stream has begun.
    private var head: [UInt8] = []
    /// What has been counted last.
    var usage: UsageReport?
    private(set) var hasEnded = false

    /// - Parameter isChat: whether they are those of a chat, and not of a completion.
    init(isChat: Bool) { self.isChat = isChat }

    mutating func begin(_ start: StreamStart, in style: AnswerStyle) {
        var json = JSONWriter()
        json.object { json in
            json.member("id", start.id ?? style.id)
            json.member("object", literal: isChat ? "chat.completion.chunk" : "text_completion")
            json.member("created", start.created ?? style.created)
            json.member("model", style.model ?? start.model ?? "")
            json.member("system_fingerprint", start.systemFingerprint)
        }
        head = json.bytes.dropLast() + Array(",\"choices\":[".utf8)
    }

    /// Writes the chunk of one choice.
    ///
    /// - Parameter includesUsage: whether the stream ends with usage.
    @inline(__always)
    func write(includesUsage: Bool, into output: inout JSONWriter, choice: (inout JSONWriter) -> Void) {
        output.plain("data: ")
        output.splice(head)
        output.object(choice)
        output.plain("]")
        // Callers that asked for usage get null until it is known, as OpenAI does it.
        if includesUsage { output.plain(",\"usage\":null") }
        output.plain("}\n\n")
    }

    /// Writes the chunk that has nothing but the usage, where there is some.
    func writeUsage(in style: AnswerStyle, into output: inout JSONWriter) {
        guard let usage, !head.isEmpty else { return }
        output.plain("data: ")
        output.splice(head)
        output.plain("],\"usage\":")
        OpenAIChatUsage.write(usage.usage, more: style.usageMembers, into: &output)
        output.plain("}\n\n")
    }

    func ping(into output: inout JSONWriter) {
        // With an empty line behind it, it would be an event without data to some.
        output.plain(": keep-alive\n")
    }

    mutating func end(in style: AnswerStyle, into output: inout JSONWriter) {
        hasEnded = true
        if style.includesUsage { writeUsage(in: style, into: &output) }
        output.plain("data: [DONE]\n\n")
    }

    mutating func end(with error: ProviderError, in style: AnswerStyle, into output: inout JSONWriter) {
        hasEnded = true
        output.plain("data: ")
        OpenAIChatErrors.write(error, in: style, into: &output)
        // No [DONE]: clients take it for success.
        output.plain("\n\n")
    }
}
