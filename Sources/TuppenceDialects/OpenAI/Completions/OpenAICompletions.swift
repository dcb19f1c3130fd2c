import TuppenceCore

/// OpenAI's older completions of a prompt, for targets that have none: these get the prompt as a message of a chat, and what they
/// say to it is the text that goes on with it.
///
/// Source: https://developers.openai.com/docs/guides/completions (read 2026-11).
package enum OpenAICompletions: InboundDialect {
    package static let dialect = Dialect.openAI

    package static func readRequest(
        _ body: [UInt8], known: JSONRecording?, address: RequestAddress
    ) throws(Refusal) -> ChatRequest {
        try OpenAICompletionsRequestReader.read(body)
    }

    package static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8] {
        OpenAICompletionsAnswerWriter.write(answer, in: style)
    }

    package static func streamWriter(_ style: AnswerStyle) -> any ChatStreamWriter {
        OpenAICompletionsStreamWriter(style)
    }

    package static func write(_ error: ProviderError, in style: AnswerStyle) -> [UInt8] {
        OpenAIChat.write(error, in: style)
    }

    /// Takes out of a request what no chat has, not even in OpenAI's dialect: there it would have another meaning, or none.
    ///
    /// - Parameter request: as ``readRequest(_:known:address:)`` has read it.
    package static func takeUnsaid(of request: inout ChatRequest) -> Losses {
        var losses = Losses()
        for member in request.extras.members where !member.isUnderstood {
            losses.add(
                member.name.decoded, member.isEssential ? .refused : .dropped,
                "The target has no completions: it gets the prompt as a message of a chat, which has no such field.")
        }
        request.extras.members.removeAll { !$0.isUnderstood }
        return losses
    }

    /// There are no tools, and so no calls of any.
    static func name(_ finish: Finish) -> StaticString {
        finish.reason == .toolCalls ? "stop" : OpenAIChatFinish.name(finish)
    }
}
