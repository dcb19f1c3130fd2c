/// How a request wants to be answered, as far as a span tells it.
public enum RequestSetting: Hashable, Sendable {
    case maxTokens(Int)
    case temperature(Double)
    case topP(Double)
    case topK(Int)
    case seed(Int)
    /// How many answers are asked for.
    case choices(Int)
    case stopSequences([String])
}

/// What an answer says of itself.
public enum AnswerFact: Hashable, Sendable {
    case id(String)
    /// As the provider calls it.
    case model(String)
    /// One for each of its choices, in the provider's words.
    case finishReasons([String])
}

/// What a span tells of an attempt beside its entry in the ledger.
public struct AttemptFacts: Hashable, Sendable {
    /// Nil where nobody knows.
    public var isStream: Bool?
    public var settings: [RequestSetting]
    public var answer: [AnswerFact]

    public init(isStream: Bool? = nil, settings: [RequestSetting] = [], answer: [AnswerFact] = []) {
        self.isStream = isStream
        self.settings = settings
        self.answer = answer
    }
}
