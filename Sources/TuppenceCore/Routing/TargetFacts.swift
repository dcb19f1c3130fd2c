/// What every decision asks of all targets of a route. Without references, and kept in one piece of memory: a route has many
/// targets, and what lies scattered is slow to come by.
struct TargetFacts: Sendable {
    /// What the model is known not to be able to do.
    let lacks: ModelCapabilities
    /// Whether there is a rate for output.
    let pricesOutput: Bool
    let contextLength: Int?
    let maxOutputTokens: Int?
    /// What its rates come to for most requests; nil where that takes more than these.
    let plainRates: PlainRates?
    let inputRules: InputRules
    /// Where to look whether it may have trouble.
    let mark: TroubleMarks.Mark
}
