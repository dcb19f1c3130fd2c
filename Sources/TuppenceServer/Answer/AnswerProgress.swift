import TuppenceCore
import TuppenceDialects

/// What a piece of a provider's answer means for the books.
struct AnswerProgress: Hashable {
    private(set) var contentBytes = 0
    /// Whether there is content in it, be it of no bytes that count.
    private(set) var hasContent = false
    /// Whether it says why the answer ends.
    var isFinish = false
    /// The provider's count so far.
    var usage: Usage?
    /// The tier of service that the answer names, if it names one.
    var service: ServiceTier?
    var reportedCost: Money?
    /// The provider's own error in a stream that had begun well.
    var streamError: StreamFault?

    mutating func count(_ bytes: Int) {
        guard bytes > 0 else { return }
        contentBytes += bytes
        hasContent = true
    }
}

extension AnswerProgress {
    init(usage: Usage) { self.usage = usage }

    init(_ counted: OpenAIUsage) {
        usage = counted.usage
        service = counted.service
        reportedCost = counted.reportedCost
    }

    init(_ chunk: OpenAIChunk) {
        contentBytes = chunk.contentBytes
        hasContent = chunk.hasContent
        isFinish = chunk.isFinish
        usage = chunk.usage?.usage
        service = chunk.usage?.service
        reportedCost = chunk.usage?.reportedCost
    }

    init(_ answer: OpenAIAnswer) {
        contentBytes = answer.contentBytes
        usage = answer.usage?.usage
        service = answer.usage?.service
        reportedCost = answer.usage?.reportedCost
    }

    init(_ answer: PieceAnswer) {
        if answer.usage == nil { count(answer.contentBytes) }
        usage = answer.usage
        service = answer.service
        reportedCost = answer.reportedCost
    }

    init(_ piece: AnswerPiece) {
        contentBytes = piece.contentBytes
        hasContent = piece.hasContent
        isFinish = piece.isFinish
        usage = piece.usage
        service = piece.service
        reportedCost = piece.reportedCost
    }

    init(_ event: AnthropicEvent, counted: AnthropicUsage) {
        contentBytes = event.contentBytes
        hasContent = event.hasContent
        isFinish = event.isFinish
        if event.hasUsage { (usage, service) = (counted.usage, counted.service) }
    }

    init(_ answer: AnthropicAnswer) {
        contentBytes = answer.contentBytes
        if answer.usage != nil { (usage, service) = (answer.counted.usage, answer.counted.service) }
    }
}
