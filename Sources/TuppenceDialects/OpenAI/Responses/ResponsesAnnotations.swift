/// `annotations` of a text, which are citations: OpenAI's chats have the same, one level deeper.
enum ResponsesAnnotations {
    static func citation(_ value: JSONValue) -> Citation {
        var citation = Citation(
            url: value["url"]?.string, title: value["title"]?.string ?? value["filename"]?.string, native: value.raw)
        if let start = value["start_index"]?.integer, let end = value["end_index"]?.integer, 0 <= start, start <= end {
            citation.range = start..<end
        }
        return citation
    }

    /// Addresses are `url_citation`; a document of the request, for which there is nothing, is told by its title.
    ///
    /// - Parameter range: of the text that rests on the citation, where it does not say so itself.
    static func write(_ citation: Citation, range: Range<Int>, isOwn: Bool, into json: inout JSONWriter) {
        if isOwn, let native = citation.native { return json.value(native) }
        let range = citation.range ?? range
        json.object { json in
            if let url = citation.url {
                json.member("type", literal: "url_citation")
                json.member("start_index", range.lowerBound)
                json.member("end_index", range.upperBound)
                json.member("url", url)
                json.member("title", citation.title ?? "")
            } else {
                json.member("type", literal: "file_citation")
                json.member("index", range.upperBound)
                json.member("file_id", JSONString("document_\(citation.document ?? 0)"))
                json.member("filename", citation.title ?? "")
            }
        }
    }
}
