/// `documents`: texts for the model to answer from. The dialect has them beside the messages.
struct CohereDocuments {
    private(set) var texts: [(title: JSONString?, text: JSONString)] = []

    mutating func add(title: JSONString?, _ text: JSONString) { texts.append((title, text)) }

    func write(into json: inout JSONWriter) {
        guard !texts.isEmpty else { return }
        json.member(
            "documents",
            array: { json in
                for (index, document) in texts.enumerated() {
                    json.object { json in
                        json.member("id", JSONString("doc:\(index)"))
                        json.member(
                            "data",
                            object: { json in
                                json.member("title", document.title)
                                json.member("text", document.text)
                            })
                    }
                }
            })
    }

    /// Which document an id is of that was written here.
    static func index(_ id: JSONString?) -> Int? {
        guard let id, id.hasPrefix("doc:"), let index = Int(id.decoded.dropFirst(4)), index >= 0 else { return nil }
        return index
    }
}
