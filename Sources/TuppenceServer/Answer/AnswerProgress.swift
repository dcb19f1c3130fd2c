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
    /// Whether the output is not in that.
    var lacksOutput = false
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

    /// Takes in what comes behind it.
    mutating func add(_ next: AnswerProgress) {
        contentBytes += next.contentBytes
        hasContent = hasContent || next.hasContent
        guard let usage = next.usage else { return }
        (self.usage, lacksOutput) = (usage, next.lacksOutput)
        (service, reportedCost) = (next.service ?? service, next.reportedCost ?? reportedCost)
    }

    /// Counts content that is held back; below 0 what was counted so before, and is counted by itself now that it goes out.
    mutating func count(held bytes: Int) {
        count(bytes)
        if bytes < 0 { contentBytes += bytes }
    }
}

extension AnswerProgress {
    init(usage: Usage) { self.usage = usage }

    init(_ counted: OpenAIUsage) {
        usage = counted.usage
        lacksOutput = counted.lacksOutput
        service = counted.service
        reportedCost = counted.reportedCost
    }

    init(_ chunk: OpenAIChunk) {
        contentBytes = chunk.contentBytes
        hasContent = chunk.hasContent
        isFinish = chunk.isFinish
        usage = chunk.usage?.usage
        lacksOutput = chunk.usage?.lacksOutput ?? false
        service = chunk.usage?.service
        reportedCost = chunk.usage?.reportedCost
    }

    init(_ answer: OpenAIAnswer) {
        contentBytes = answer.contentBytes
        usage = answer.usage?.usage
        lacksOutput = answer.usage?.lacksOutput ?? false
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
        lacksOutput = piece.lacksOutput
        service = piece.service
        reportedCost = piece.reportedCost
    }

    init(_ event: AnthropicEvent, counted: AnthropicUsage) {
        contentBytes = event.contentBytes
        hasContent = event.hasContent
        isFinish = event.isFinish
        guard event.hasUsage else { return }
        (usage, service, lacksOutput) = (counted.usage, counted.service, counted.lacksOutput)
    }

    init(_ answer: AnthropicAnswer) {
        contentBytes = answer.contentBytes
        guard answer.usage != nil else { return }
        (usage, service) = (answer.counted.usage, answer.counted.service)
        lacksOutput = answer.counted.lacksOutput
    }
}
