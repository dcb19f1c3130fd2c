import TuppenceDialects

/// A model's whole answer. What it cost is in the ledger by the time that it is here.
public struct ChatAnswer: Hashable, Sendable {
    /// Why an answer ends.
    public enum Finish: Hashable, Sendable {
        /// All is said.
        case stop
        /// The output limit was reached.
        case length
        case toolCalls
        /// The provider's filter cut in.
        case contentFilter
        /// In a provider's own word.
        case other(String)
    }

    /// All of it, in order.
    public var content: [Content]
    public var finish: Finish?
    /// What it used, each token under one kind; nil where the provider did not say and it was settled by our own count.
    public var usage: Usage?
    /// What is charged for it, attempts before it included.
    public var cost: Money
    /// The model as the provider names it.
    public var model: String?
    public var receipt: Receipt

    /// Its text alone, put together.
    public var text: String { message.text }

    public var toolCalls: [ToolCall] {
        content.compactMap { piece in
            guard case .toolCall(let call) = piece else { return nil }
            return call
        }
    }

    /// As the next request of the conversation repeats it.
    public var message: Message { Message(.assistant, content) }

    init(_ answer: TuppenceDialects.ChatAnswer, cost: Money, receipt: Receipt) {
        let choice = answer.choices.first
        content = choice?.content.compactMap { Content($0) } ?? []
        finish = choice?.finish.map { Finish($0) }
        usage = answer.usage.flatMap { $0.isReadable ? $0.usage : nil }
        model = answer.model?.decoded
        self.cost = cost
        self.receipt = receipt
    }
}

extension ChatAnswer.Finish {
    fileprivate init(_ finish: TuppenceDialects.Finish) {
        self =
            switch finish.reason {
            case .stop, .stopSequence: .stop
            case .length, .contextFull: .length
            case .toolCalls: .toolCalls
            case .contentFilter, .refusal: .contentFilter
            case .pause: .other("pause")
            case .failure: .other("failure")
            case .other: .other(finish.native?.decoded ?? "other")
            }
    }
}
