import TuppenceCore

/// OpenAI's Responses, which Azure, xAI, OpenRouter and others speak too.
///
/// Source: https://platform.openai.com/docs/api-reference/responses (read 2026-11).
package enum OpenAIResponses {
    package static let dialect = Dialect.responses
    /// Lower ones are answered with 400 (https://github.com/QuantumNous/new-api/pull/2866, read 2026-11).
    package static let leastOutputLimit = 16

    /// What a host of OpenAI's chats takes that takes a member which chats have by the same name; nil of other members.
    static func shared(_ name: JSONString) -> ChatExtensions? {
        switch name {
        case "safety_identifier": .safetyIdentifier
        case "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options": .promptCacheKey
        default: nil
        }
    }

    /// What stands where a reasoning item has its cipher.
    static func seal(_ thinking: Thinking) -> JSONString? { ThinkingSeal.string(thinking, own: [.responses]) }

    /// The id of an answer, as callers are told it: they may go on from it with `previous_response_id`.
    package static func answerID(_ style: AnswerStyle) -> JSONString {
        style.id.hasPrefix("resp_") ? style.id : "resp_" + style.id
    }

    /// The id of the item at `index` of an answer: `msg_…`, `fc_…`, `rs_…`.
    static func itemID(_ prefix: JSONString, _ style: AnswerStyle, _ index: Int) -> JSONString {
        let id =
            style.id.hasPrefix("resp_")
            ? JSONString(escaped: style.id.escaped.dropFirst(5), isEscaped: style.id.isEscaped) : style.id
        return prefix + id + JSONString("_\(index)")
    }
}
