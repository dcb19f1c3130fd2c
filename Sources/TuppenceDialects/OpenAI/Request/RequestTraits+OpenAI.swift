import TuppenceCore

/// What of a request in one of OpenAI's dialects some of its models take and others refuse; see ``OpenAIModel/refused(in:)``.
extension RequestTraits {
    /// The output limit of a chat by its older name.
    static let maxTokens = RequestTraits(rawValue: 1 << 6)
    static let stop = RequestTraits(rawValue: 1 << 7)
    /// Whether several tools may be called at once, be it true or false.
    static let parallelCalls = RequestTraits(rawValue: 1 << 8)
    /// Any verbosity but `medium`.
    static let verbosity = RequestTraits(rawValue: 1 << 9)
    /// In Responses: earlier thoughts, and that thoughts are to be told.
    static let thoughts = RequestTraits(rawValue: 1 << 10)
    /// Anything but what is usual of sampling, penalties and probabilities, where nothing is said of thinking; where it is
    /// asked for.
    static let samplingUnasked = RequestTraits(rawValue: 1 << 11)
    static let samplingWithThought = RequestTraits(rawValue: 1 << 12)
    /// Tools, likewise.
    static let toolsUnasked = RequestTraits(rawValue: 1 << 13)
    static let toolsWithThought = RequestTraits(rawValue: 1 << 14)
    /// An effort that no model is known to have.
    static let inventedEffort = RequestTraits(rawValue: 1 << 15)

    static func effort(_ effort: ReasoningEffort) -> RequestTraits {
        RequestTraits(rawValue: 1 << UInt32(16 + effort.rawValue))
    }
}

/// What is seen of a request before it is known what else it says.
struct OpenAISigns {
    /// Whether anything but what is usual is said of sampling, penalties and probabilities.
    var hasSampling = false
    private var effort: ReasoningEffort?
    private var hasInventedEffort = false

    mutating func note(effort word: JSONText) {
        if let known = ReasoningEffort(word) { effort = known } else { hasInventedEffort = true }
    }

    /// Who does not think takes tools and any sampling, and who cannot do without thinking refuses to be told so.
    func traits(hasTools: Bool) -> RequestTraits {
        var traits: RequestTraits = []
        if let effort { traits.insert(.effort(effort)) }
        if hasInventedEffort { traits.insert(.inventedEffort) }
        let isAsked = effort != nil || hasInventedEffort
        guard !isAsked || effort != .off else { return traits }
        if hasSampling { traits.insert(isAsked ? .samplingWithThought : .samplingUnasked) }
        if hasTools { traits.insert(isAsked ? .toolsWithThought : .toolsUnasked) }
        return traits
    }
}
