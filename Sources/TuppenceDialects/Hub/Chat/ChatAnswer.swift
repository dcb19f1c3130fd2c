/// A whole answer, as every dialect reads and writes it.
package struct ChatAnswer: Hashable, Sendable {
    package var origin: Dialect
    package var id: JSONString?
    /// The model that answered, as the provider names it.
    package var model: JSONString?
    /// When, in seconds since 1970; not every dialect says.
    package var created: Int?
    package var choices: [Choice] = []
    package var usage: UsageReport?
    package var serviceTier: JSONString?
    package var systemFingerprint: JSONString?
    /// Of the answer as a whole; each choice has its own.
    package var extras = Extras()

    package init(origin: Dialect) { self.origin = origin }

    package struct Choice: Hashable, Sendable {
        package var index: Int
        package var content: [Block] = []
        package var finish: Finish?
        /// As OpenAI writes them.
        package var logprobs: RawJSON?
        package var extras = Extras()
        package var messageExtras = Extras()

        package init(index: Int) { self.index = index }
    }
}

/// Why an answer ends.
package struct Finish: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// All is said.
        case stop
        /// One of the caller's stop sequences came up.
        case stopSequence
        /// The output limit was reached.
        case length
        /// The model's context is full.
        case contextFull
        case toolCalls
        /// The provider's filter cut in.
        case contentFilter
        /// The model declined.
        case refusal
        /// The provider interrupts a long turn: the same conversation is to be sent again.
        case pause
        /// The model failed in a way that the provider gives as a reason to end.
        case failure
        /// A reason that nobody here knows; see ``Finish/native``.
        case other
    }

    package var reason: Reason
    /// Which stop sequence it was.
    package var stopSequence: JSONString?
    /// The provider's own word, where `reason` does not say it all.
    package var native: JSONString?

    package init(_ reason: Reason, stopSequence: JSONString? = nil, native: JSONString? = nil) {
        self.reason = reason
        self.stopSequence = stopSequence
        self.native = native
    }
}
