/// One step of a streamed answer, as every dialect reads and writes it.
///
/// Readers keep this order: one `start`; then for each block `blockStart`, its deltas, `blockEnd`; `finish` of each choice;
/// `end` last and once. `usage`, `ping` and `logprobs` may come anywhere before the end; the last usage is the one that
/// holds. Several blocks of a choice may be open at once (tool calls, in some dialects). An `error` takes the place of what
/// would have come, `end` included.
///
/// Deltas are nearly all that comes; what is larger is indirect, so that they are moved about at little cost.
package enum StreamEvent: Hashable, Sendable {
    indirect case start(StreamStart)
    indirect case blockStart(Place, BlockStart)
    case delta(Place, Delta)
    case blockEnd(Place)
    /// Of tokens in the choice with this index, as OpenAI writes them.
    case logprobs(choice: Int, RawJSON)
    indirect case finish(choice: Int, Finish)
    indirect case usage(UsageReport)
    indirect case error(ProviderError)
    /// The provider shows that it is still there.
    case ping
    case end

    /// Which block of which choice, both counted from 0 in the order in which they begin.
    package struct Place: Hashable, Sendable {
        package var choice: Int
        package var block: Int

        package init(_ choice: Int, _ block: Int) {
            self.choice = choice
            self.block = block
        }
    }

    /// What a block is, and what of it is known from the beginning.
    package enum BlockStart: Hashable, Sendable {
        case text
        case refusal
        /// Without text, signature and cipher, which come as deltas.
        indirect case thinking(Thinking)
        /// Its arguments come as deltas, or the text that a custom one takes.
        case toolCall(id: JSONString, name: JSONString, isCustom: Bool = false)
        /// A picture, or sound, that is there as a whole: no deltas follow.
        indirect case media(Media)
        /// A block that only the dialect of origin has. What its deltas say is lost elsewhere.
        indirect case native(NativeBlock)
    }

    package enum Delta: Hashable, Sendable {
        /// Of a text, a refusal or thoughts.
        case text(JSONString)
        /// A piece of the string that a call's arguments are.
        case arguments(JSONString)
        /// The whole signature of thoughts.
        case signature(JSONString)
        /// The whole cipher of thoughts.
        case encrypted(JSONString)
        indirect case citation(Citation)
        /// A delta of a native block, as it was.
        case native(RawJSON)
    }
}

/// What is known when an answer begins.
package struct StreamStart: Hashable, Sendable {
    package var origin: Dialect
    package var id: JSONString?
    package var model: JSONString?
    package var created: Int?
    package var serviceTier: JSONString?
    package var systemFingerprint: JSONString?
    /// What is already counted, of the input for instance.
    package var usage: UsageReport?

    package init(origin: Dialect) { self.origin = origin }
}
