/// What every decision asks of all targets of a route. Without references, small, and kept in one piece of memory: a route has
/// many targets, and what lies scattered is slow to come by.
struct TargetFacts: Sendable {
    /// What the model is known not to be able to do.
    let lacks: ModelCapabilities
    /// Whether there is a rate for output.
    let pricesOutput: Bool
    // Without the word that an optional has beside its number: no length is the longest of all.
    private let contextLengthOrMost: Int
    private let maxOutputTokensOrMost: Int
    /// What its rates come to for most requests; nil where that takes more than these.
    let plainRates: PlainRates?
    let inputRules: InputRules
    /// Where to look whether it may have trouble.
    let mark: TroubleMarks.Mark

    var contextLength: Int? { contextLengthOrMost == .max ? nil : contextLengthOrMost }
    var maxOutputTokens: Int? { maxOutputTokensOrMost == .max ? nil : maxOutputTokensOrMost }

    init(
        _ target: Target, _ rates: RateCard, _ habits: ModelHabits, lacks: ModelCapabilities, contextLength: Int?,
        maxOutputTokens: Int?
    ) {
        self.lacks = lacks
        pricesOutput = rates.pricesOutput
        contextLengthOrMost = contextLength ?? .max
        maxOutputTokensOrMost = maxOutputTokens ?? .max
        plainRates = habits.searches == 0 ? rates.plain : nil
        inputRules = InputRules(target)
        mark = TroubleMarks.Mark(of: target)
    }
}
