/// `citations` of a text.
enum AnthropicCitations {
    static func citation(_ value: JSONValue) -> Citation {
        var citation = Citation(native: value.raw)
        citation.url = value["url"]?.string
        citation.title = value["title"]?.string ?? value["document_title"]?.string
        citation.citedText = value["cited_text"]?.string
        citation.document = value["document_index"]?.integer
        // A search result of the caller's says where it is from.
        if citation.url == nil, value["type"]?.equals("search_result_location") == true {
            citation.url = value["source"]?.string
        }
        return citation
    }

    /// Whether the dialect has a form for it: one for addresses, and one for documents of the request.
    static func canWrite(_ citation: Citation, origin: Dialect) -> Bool {
        origin == AnthropicMessages.dialect || citation.url != nil || citation.document != nil
    }

    /// Those of other dialects become what a search on the web leaves behind, which is what most of them are.
    static func write(_ citation: Citation, origin: Dialect, into json: inout JSONWriter) {
        if origin == AnthropicMessages.dialect, let native = citation.native { return json.value(native) }
        json.object { json in
            if let url = citation.url {
                json.member("type", literal: "web_search_result_location")
                json.member("url", url)
                json.member("title", citation.title ?? "")
                json.member("encrypted_index", "")
            } else {
                json.member("type", literal: "char_location")
                json.member("document_index", citation.document ?? 0)
                json.member("document_title", citation.title ?? "")
                json.member("start_char_index", 0)
                json.member("end_char_index", citation.citedText?.decoded.unicodeScalars.count ?? 0)
            }
            json.member("cited_text", citation.citedText ?? "")
        }
    }
}
