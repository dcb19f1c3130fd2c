import TuppenceCore
import TuppenceDialects

/// What a piece of a provider's answer means for the books.
struct AnswerProgress: Hashable {
    var content = CountedContent()
    /// In how many pieces that has come; 0 for one piece by itself.
    private(set) var pieces = 0
    /// Whether some of it has come behind the count, which does not know of it.
    private(set) var isOutdated = false
    /// Whether it says why the answer ends.
    var isFinish = false
    /// Whether it ends with an event that has neither content nor such a reason, or that says that all is said.
    var isContentless = false
    /// The provider's count so far.
    var usage: Usage?
    /// How many searches the answer has told of so far; nil where it tells of none anew.
    var searches: Int?
    /// Whether the output is not in that.
    var lacksOutput = false
    /// The tier of service that the answer names, if it names one.
    var service: ServiceTier?
    var reportedCost: Money?
    /// The provider's own error in a stream that had begun well.
    var streamError: StreamFault?

    /// Takes in what comes behind it.
    mutating func add(_ next: AnswerProgress) {
        content.add(next.content)
        if next.content.isThere {
            pieces += max(next.pieces, 1)
            isOutdated = usage != nil
        }
        if next.isContentless || next.content.isThere || next.isFinish { isContentless = next.isContentless }
        isFinish = isFinish || next.isFinish
        streamError = streamError ?? next.streamError
        searches = next.searches ?? searches
        // Zeros behind a count are none.
        guard let usage = next.usage, usage.hasTokens || self.usage?.hasTokens != true else { return }
        // What comes together with a count is in it.
        (self.usage, lacksOutput, isOutdated) = (usage.following(self.usage), next.lacksOutput, next.isOutdated)
        (service, reportedCost) = (next.service ?? service, next.reportedCost ?? reportedCost)
    }
}

extension AnswerProgress {
    init(usage: Usage) { self.usage = usage }

    init(contentBytes: Int) { content.count(contentBytes) }

    init(_ counted: OpenAIUsage) {
        usage = counted.usage
        lacksOutput = counted.lacksOutput
        service = counted.service
        reportedCost = counted.reportedCost
    }

    init(_ chunk: OpenAIChunk) {
        content = chunk.content
        isFinish = chunk.isFinish
        usage = chunk.usage?.usage
        lacksOutput = chunk.usage?.lacksOutput ?? false
        service = chunk.usage?.service
        reportedCost = chunk.usage?.reportedCost
    }

    init(_ answer: OpenAIAnswer) {
        content.count(answer.contentBytes)
        usage = answer.usage?.usage
        lacksOutput = answer.usage?.lacksOutput ?? false
        service = answer.usage?.service
        reportedCost = answer.usage?.reportedCost
    }

    init(_ answer: PieceAnswer) {
        if answer.usage == nil { content.count(answer.contentBytes) }
        usage = answer.usage
        service = answer.service
        reportedCost = answer.reportedCost
    }

    init(_ piece: AnswerPiece) {
        content = piece.content
        isFinish = piece.isFinish
        isContentless = piece.isLast || !content.isThere && !isFinish
        usage = piece.usage
        searches = piece.searches
        lacksOutput = piece.lacksOutput
        service = piece.service
        reportedCost = piece.reportedCost
    }

    init(_ event: AnthropicEvent, of passage: AnthropicPassage) {
        content = event.content
        isFinish = event.isFinish
        // A ping is an event that says nothing.
        isContentless = event.hasUsage && !content.isThere && !isFinish
        if event.search != nil || event.isFinish && passage.told.begun > 0 { searches = passage.searches }
        guard event.hasUsage else { return }
        usage = passage.used
        (service, lacksOutput) = (passage.counted.service, passage.counted.lacksOutput)
    }

    init(_ answer: AnthropicAnswer) {
        content.count(answer.contentBytes)
        let used = answer.used
        if used.search > 0 { searches = used.search }
        guard answer.usage != nil else { return }
        (usage, service) = (used, answer.counted.service)
        lacksOutput = answer.counted.lacksOutput
    }
}
