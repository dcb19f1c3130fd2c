extension ChatAnswer {
    /// The searches of which its content tells, for where no usage counts them.
    package var searches: Int {
        choices.reduce(0) { sum, choice in sum + choice.content.count(where: \.isSearch) }
    }
}

extension Block {
    /// Whether it is a search of Responses, or what one of Anthropic's has found.
    fileprivate var isSearch: Bool {
        guard case .native(let native) = self, native.isOfSearch else { return false }
        do throws(JSONError) {
            return try native.json.read {
                ResponsesSearches.isSearch($0) || AnthropicSearchBlock.word(of: $0) == .result
            }
        } catch {
            // What a block of a stream has been asked comes in pieces, and may be more than is read.
            return false
        }
    }
}

extension NativeBlock {
    fileprivate var isOfSearch: Bool {
        type.equals("web_search_call") || type.equals("web_search_tool_result")
    }
}
