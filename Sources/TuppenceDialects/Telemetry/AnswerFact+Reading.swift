import TuppenceCore

extension AnswerFact {
    /// What a whole answer says of itself, whatever its dialect: no two dialects mean different things by one name.
    ///
    /// - Returns: nothing where it is no JSON.
    package static func all(in body: UnsafeRawBufferPointer) -> [AnswerFact] {
        var scan = FactScan()
        do throws(JSONError) {
            var cursor = JSONCursor(body)
            guard try cursor.kind() == .object else { return [] }
            try cursor.object { (cursor, key) throws(JSONError) in try scan.read(&cursor, key) }
        } catch { return [] }
        return scan.facts
    }
}

private struct FactScan {
    private var id: String?
    private var model: String?
    private var reasons: [String] = []

    private static let longest = 200
    /// More choices than anybody asks for.
    private static let mostReasons = 128

    var facts: [AnswerFact] {
        var facts: [AnswerFact] = []
        if let id { facts.append(.id(id)) }
        if let model { facts.append(.model(model)) }
        if !reasons.isEmpty { facts.append(.finishReasons(reasons)) }
        return facts
    }

    mutating func read(_ cursor: inout JSONCursor, _ key: JSONText) throws(JSONError) {
        if key.equals("id") || key.equals("responseId") {
            id = try Self.text(&cursor) ?? id
        } else if key.equals("model") || key.equals("modelVersion") {
            model = try Self.text(&cursor) ?? model
        } else if key.equals("choices") || key.equals("candidates"), try cursor.kind() == .array {
            try cursor.array { (cursor) throws(JSONError) in try readChoice(&cursor) }
        } else {
            try readReason(&cursor, key)
        }
    }

    private mutating func readChoice(_ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .object else {
            try cursor.skipValue()
            return
        }
        try cursor.object { (cursor, key) throws(JSONError) in try readReason(&cursor, key) }
    }

    private mutating func readReason(_ cursor: inout JSONCursor, _ key: JSONText) throws(JSONError) {
        guard
            key.equals("finish_reason") || key.equals("finishReason") || key.equals("stop_reason")
                || key.equals("stopReason")
        else {
            try cursor.skipValue()
            return
        }
        if let reason = try Self.text(&cursor), reasons.count < Self.mostReasons { reasons.append(reason) }
    }

    private static func text(_ cursor: inout JSONCursor) throws(JSONError) -> String? {
        guard try cursor.kind() == .string else {
            try cursor.skipValue()
            return nil
        }
        return try cursor.string().decoded.cut(toBytes: longest)
    }
}
