/// Where an answer's text is from: `groundingMetadata` names what searches found and which stretches rest on it,
/// `citationMetadata` what is quoted. Stretches are counted in bytes
/// (https://ai.google.dev/api/generate-content#Segment, read 2026-11).
enum GeminiCitations {
    /// Each stretch with each of its sources; sources alone where no stretches are named.
    static func grounding(_ metadata: JSONValue, _ text: TextOffsets) -> [Citation] {
        let sources = metadata["groundingChunks"]?.listed.map { source($0) } ?? []
        let supports = metadata["groundingSupports"]?.listed ?? []
        if supports.isEmpty { return sources }
        var citations: [Citation] = []
        for support in supports {
            let range = range(support["segment"], text)
            for index in support["groundingChunkIndices"]?.elements.compactMap(\.integer) ?? []
            where sources.indices.contains(index) {
                var citation = sources[index]
                citation.range = range
                citations.append(citation)
            }
        }
        return citations
    }

    private static func source(_ chunk: JSONValue) -> Citation {
        let place = chunk["web"] ?? chunk["maps"] ?? chunk["retrievedContext"] ?? chunk
        var citation = Citation(url: place["uri"]?.string, title: place["title"]?.string, native: chunk.raw)
        citation.citedText = place["text"]?.string
        return citation
    }

    /// `citationSources` at AI Studio, `citations` at Vertex.
    static func quotations(_ metadata: JSONValue, _ text: TextOffsets) -> [Citation] {
        (metadata["citationSources"] ?? metadata["citations"])?.listed.map { source in
            var citation = Citation(url: source["uri"]?.string, title: source["title"]?.string, native: source.raw)
            citation.range = range(source, text)
            return citation
        } ?? []
    }

    /// The text may still be to come, so a stretch is cut to what there is only where it begins behind it.
    private static func range(_ segment: JSONValue?, _ text: TextOffsets) -> Range<Int>? {
        guard let segment, let end = segment["endIndex"]?.integer else { return nil }
        let start = segment["startIndex"]?.integer ?? 0
        guard 0 <= start, start <= end else { return nil }
        return text.characters(beforeByte: start)..<text.characters(beforeByte: end)
    }

    /// Writes citations of other dialects as what a search found.
    static func write(_ citations: [Citation], _ text: TextOffsets, into json: inout JSONWriter) {
        json.member(
            "groundingChunks",
            array: { json in
                for citation in citations {
                    json.object { json in
                        json.member(
                            citation.url == nil ? "retrievedContext" : "web",
                            object: { json in
                                json.member("uri", citation.url)
                                json.member("title", citation.title)
                                if citation.url == nil { json.member("text", citation.citedText) }
                            })
                    }
                }
            })
        json.member(
            "groundingSupports",
            array: { json in
                for (index, citation) in citations.enumerated() {
                    guard let range = citation.range else { continue }
                    json.object { json in
                        json.member(
                            "segment",
                            object: { json in
                                json.member("startIndex", text.bytes(beforeCharacter: range.lowerBound))
                                json.member("endIndex", text.bytes(beforeCharacter: range.upperBound))
                            })
                        json.member("groundingChunkIndices", array: { $0.value(index) })
                    }
                }
            })
    }
}
