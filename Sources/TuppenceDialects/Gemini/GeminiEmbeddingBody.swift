/// A request for embeddings in Gemini's dialect as it came: that is how Google's own host gets it, with another name for the
/// model alone.
struct GeminiEmbeddingBody: Hashable, Sendable {
    let bytes: [UInt8]
    let isBatch: Bool
    /// Where the model is named; empty where it is yet to be, in front of an object's first member.
    private var names: [Range<Int>] = []

    init(_ bytes: [UInt8], isBatch: Bool) {
        self.bytes = bytes
        self.isBatch = isBatch
    }

    /// Notes where `object` names the model.
    ///
    /// - Parameter isNeeded: whether it has to, and has other members.
    mutating func noteName(in object: JSONValue, isNeeded: Bool) {
        let known = names.count
        for member in object.members where member.name.equals("model") {
            let name = member.value.raw.bytes
            names.append(name.startIndex..<name.endIndex)
        }
        if isNeeded, names.count == known { names.append((object.offset + 1)..<(object.offset + 1)) }
    }

    func naming(_ model: String) -> [UInt8] {
        let name = JSONWriting.quoted(model)
        let member = Array("\"model\":".utf8) + name + [UInt8(ascii: ",")]
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + names.count * member.count)
        var position = 0
        for place in names.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            result += bytes[position..<place.lowerBound]
            result += place.isEmpty ? member : name
            position = place.upperBound
        }
        return result + bytes[position...]
    }
}
