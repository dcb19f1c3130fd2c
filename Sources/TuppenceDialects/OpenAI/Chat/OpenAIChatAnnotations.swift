/// `annotations` of an answer, which are citations.
enum OpenAIChatAnnotations {
    static func citation(_ value: JSONValue) -> Citation {
        var citation = Citation(native: value.raw)
        if let inner = value["url_citation"] {
            citation.url = inner["url"]?.string
            citation.title = inner["title"]?.string
            citation.citedText = inner["content"]?.string
            if let start = inner["start_index"]?.integer, let end = inner["end_index"]?.integer, 0 <= start,
                start <= end
            {
                citation.range = start..<end
            }
        }
        return citation
    }

    /// Writes one annotation. Addresses are OpenAI's `url_citation`; a document of the request, for which OpenAI has
    /// nothing, is a `file_citation` with what is known of it.
    ///
    /// - Parameter range: of the text that rests on the citation, where it does not say so itself.
    static func write(_ citation: Citation, range: Range<Int>, into writer: inout JSONWriter) {
        let range = citation.range ?? range
        writer.object { writer in
            writer.member("type", literal: citation.url == nil ? "file_citation" : "url_citation")
            writer.name(citation.url == nil ? "file_citation" : "url_citation")
            writer.object { writer in
                writer.member("start_index", range.lowerBound)
                writer.member("end_index", range.upperBound)
                writer.member("url", citation.url)
                writer.member("title", citation.title ?? "")
                writer.member("document_index", citation.document)
                writer.member("content", citation.citedText)
            }
        }
    }
}
