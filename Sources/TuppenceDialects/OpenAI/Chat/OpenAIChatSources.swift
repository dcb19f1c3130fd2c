/// What an answer rests on, which Perplexity and xAI tell beside its choices: `search_results`, or in `citations` their
/// addresses alone (https://docs.perplexity.ai/api-reference/chat-completions-post, read 2026-11).
enum OpenAIChatSources {
    /// - Returns: nil if there is none.
    static func find(_ root: JSONValue) -> JSONValue? {
        if let results = root["search_results"], !results.isEmpty, results.kind == .array { return results }
        if let addresses = root["citations"], !addresses.isEmpty, addresses.kind == .array { return addresses }
        return nil
    }

    /// In their order, by which the text refers to them: `[1]`.
    static func citations(_ sources: JSONValue) -> [Citation] {
        sources.elements.compactMap { source in
            guard let url = source.string ?? source["url"]?.string else { return nil }
            return Citation(url: url, title: source["title"]?.string)
        }
    }

    /// Has the last text rest on them, unless a text says itself what it rests on.
    static func cite(_ sources: JSONValue, in content: inout [Block]) {
        var last: (place: Int, text: TextBlock)?
        for (place, block) in content.enumerated() {
            guard case .text(let text) = block else { continue }
            guard text.citations.isEmpty else { return }
            last = (place, text)
        }
        guard let last, !last.text.text.isEmpty else { return }
        var text = last.text
        text.citations = citations(sources)
        content[last.place] = .text(text)
    }
}
