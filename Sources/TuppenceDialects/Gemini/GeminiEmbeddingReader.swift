import TuppenceCore

/// Reads a request for embeddings in Gemini's dialect: of one content, or of several, each in a request of its own. Names may
/// be spelled in either way that Google's JSON allows.
///
/// Source: https://ai.google.dev/api/embeddings (read 2026-11).
package struct GeminiEmbeddingReader: BodyReader {
    private var request = EmbeddingRequest(origin: .gemini)
    private var body: GeminiEmbeddingBody
    var refusal: Refusal?

    /// What is asked for one content.
    private struct Entry {
        var parts: [JSONString] = []
        var title: JSONString?
        var purpose: JSONString?
        var dimensions: Int?
    }

    /// - Throws: a refusal with code `invalid_request` that names the field at fault.
    package static func read(_ body: [UInt8], isBatch: Bool) throws(Refusal) -> EmbeddingRequest {
        var reader = GeminiEmbeddingReader(body: GeminiEmbeddingBody(body, isBatch: isBatch))
        do throws(JSONError) {
            try JSONTree.read(body) { root in
                reader.body.noteName(in: root, isNeeded: false)
                if isBatch { reader.takeBatch(root) } else { reader.take(root, at: "") }
            }
        } catch { throw .invalidJSON(error) }
        if let refusal = reader.refusal { throw refusal }
        reader.request.geminis = reader.body
        return reader.request
    }

    private init(body: GeminiEmbeddingBody) { self.body = body }

    private mutating func takeBatch(_ root: JSONValue) {
        for member in root.members where !member.value.isNull {
            switch member.name {
            case "requests":
                for (index, value) in member.value.listed.enumerated() {
                    body.noteName(in: value, isNeeded: true)
                    take(value, at: "requests[\(index)].")
                }
            // The path says it.
            case "model": break
            default: request.extras.keep(member)
            }
        }
        if request.texts.isEmpty { refuse("'requests' is empty: send at least one.", "requests") }
    }

    /// - Parameter place: where its members stand, with the dot.
    private mutating func take(_ value: JSONValue, at place: String) {
        guard value.kind == .object else {
            return refuse("Every element of 'requests' must be an object.", "requests")
        }
        var entry = Entry()
        for member in value.members where !member.value.isNull { take(member, to: &entry, at: place) }
        guard !entry.parts.isEmpty else { return refuse("'\(place)content' has no text.", "\(place)content") }
        let index = request.texts.count
        request.texts.append(entry.parts.joined(by: "\n"))
        if entry.parts.count > 1 { request.parts[index] = entry.parts }
        request.titles[index] = entry.title
        if index == 0 {
            (request.purpose, request.dimensions) = (entry.purpose, entry.dimensions)
        } else if entry.purpose != request.purpose {
            differs("taskType", at: place)
        } else if entry.dimensions != request.dimensions {
            differs("outputDimensionality", at: place)
        }
    }

    /// Other dialects say it once for all texts.
    private mutating func differs(_ name: String, at place: String) {
        guard request.divergence == nil else { return }
        request.divergence = .invalid(
            "'\(name)' must be the same in all of 'requests' here: send those that have another one by themselves.",
            place + name)
    }

    private mutating func take(_ member: JSONValue.Member, to entry: inout Entry, at place: String) {
        let value = member.value
        switch member.name {
        // The path says it.
        case "model": break
        case "content": take(content: value, to: &entry, at: place)
        case "title" where value.kind == .string: entry.title = value.string
        case "taskType", "task_type":
            guard let name = value.string else {
                return refuse("'taskType' must be the name of a task: RETRIEVAL_QUERY, say.", "\(place)taskType")
            }
            entry.purpose = name.equals("TASK_TYPE_UNSPECIFIED") ? nil : name
        case "outputDimensionality", "output_dimensionality":
            guard let count = value.integer, (1...1_000_000).contains(count) else {
                return refuse(
                    "'outputDimensionality' must be a whole number above 0.", "\(place)outputDimensionality")
            }
            entry.dimensions = count
        // The same by a newer name.
        case "embedContentConfig", "embed_content_config":
            for inner in value.members where !inner.value.isNull { take(inner, to: &entry, at: place) }
        default: request.extras.keep(member)
        }
    }

    private mutating func take(content: JSONValue, to entry: inout Entry, at place: String) {
        for part in content["parts"]?.listed ?? [] {
            guard let text = part["text"]?.string else {
                return refuse(
                    "Only text is embedded here: what a vector of anything else costs is not known.",
                    "\(place)content.parts")
            }
            entry.parts.append(text)
        }
    }
}
