/// `citations`: stretches of the answer's text, in characters, and what each rests on.
enum CohereCitations {
    /// - Parameter start: where in all text the text begins that the citation counts from.
    static func citations(_ value: JSONValue, from start: Int) -> [Citation] {
        let sources = value["sources"]?.listed ?? []
        var citation = Citation(native: value.raw)
        if let first = value["start"]?.integer, let end = value["end"]?.integer, 0 <= first, first <= end,
            let place = range(first, end, start)
        {
            citation.range = place
        }
        if sources.isEmpty { return [citation] }
        return sources.map { source in
            var one = citation
            let document = source["document"]
            one.title = document?["title"]?.string ?? document?["id"]?.string ?? source["id"]?.string
            one.url = document?["url"]?.string
            one.citedText = document?["text"]?.string ?? document?["snippet"]?.string
            one.document = CohereDocuments.index(source["id"]?.string)
            return one
        }
    }

    private static func range(_ first: Int, _ end: Int, _ start: Int) -> Range<Int>? {
        let (lower, overflow) = first.addingReportingOverflow(start)
        let (upper, overflow2) = end.addingReportingOverflow(start)
        return overflow || overflow2 ? nil : lower..<upper
    }

    /// Those of the plan, which comes before the answer, say so.
    static func isOfPlan(_ value: JSONValue) -> Bool { value["type"]?.equals("PLAN") == true }
}
