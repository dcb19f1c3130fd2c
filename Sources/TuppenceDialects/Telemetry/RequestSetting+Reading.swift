import TuppenceCore

extension RequestSetting {
    /// The settings that the body of a request has, whatever its dialect: no two dialects mean different things by one name.
    ///
    /// - Returns: none where it is no JSON. What makes no sense is left out.
    package static func all(in body: UnsafeRawBufferPointer) -> [RequestSetting] {
        var scan = SettingScan()
        do throws(JSONError) {
            var cursor = JSONCursor(body)
            guard try cursor.kind() == .object else { return [] }
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("generationConfig") || key.equals("generation_config"), try cursor.kind() == .object {
                    return try cursor.object { (cursor, key) throws(JSONError) in try scan.read(&cursor, key) }
                }
                try scan.read(&cursor, key)
            }
        } catch { return [] }
        return scan.settings
    }

    /// Whether it is the output limit.
    package var isMaxTokens: Bool { if case .maxTokens = self { true } else { false } }
}

private struct SettingScan {
    private var maxTokens: Int?
    private var temperature: Double?
    private var topP: Double?
    private var topK: Int?
    private var seed: Int?
    private var choices: Int?
    private var stop: [String] = []

    /// Texts of a caller's that are sent elsewhere are few and short.
    private static let mostStops = 16
    private static let longestStop = 64

    var settings: [RequestSetting] {
        var settings: [RequestSetting] = []
        if let maxTokens { settings.append(.maxTokens(maxTokens)) }
        if let temperature { settings.append(.temperature(temperature)) }
        if let topP { settings.append(.topP(topP)) }
        if let topK { settings.append(.topK(topK)) }
        if let seed { settings.append(.seed(seed)) }
        if let choices { settings.append(.choices(choices)) }
        if !stop.isEmpty { settings.append(.stopSequences(stop)) }
        return settings
    }

    mutating func read(_ cursor: inout JSONCursor, _ key: JSONText) throws(JSONError) {
        if key.equals("max_tokens") || key.equals("max_completion_tokens") || key.equals("max_output_tokens")
            || key.equals("maxOutputTokens")
        {
            // Of two the larger counts, as it does where tokens are held for.
            if let limit = try Self.whole(&cursor) { maxTokens = max(limit, maxTokens ?? limit) }
        } else if key.equals("temperature") {
            temperature = try Self.number(&cursor) ?? temperature
        } else if key.equals("top_p") || key.equals("topP") {
            topP = try Self.number(&cursor) ?? topP
        } else if key.equals("top_k") || key.equals("topK") {
            topK = try Self.whole(&cursor) ?? topK
        } else if key.equals("seed") {
            seed = try Self.whole(&cursor) ?? seed
        } else if key.equals("n") || key.equals("candidateCount") || key.equals("candidate_count") {
            choices = try Self.whole(&cursor) ?? choices
        } else if key.equals("stop") || key.equals("stop_sequences") || key.equals("stopSequences") {
            try readStops(&cursor)
        } else {
            try cursor.skipValue()
        }
    }

    private mutating func readStops(_ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .array else { return try readStop(&cursor) }
        try cursor.array { (cursor) throws(JSONError) in try readStop(&cursor) }
    }

    private mutating func readStop(_ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .string else {
            try cursor.skipValue()
            return
        }
        let text = try cursor.string().decoded
        if stop.count < Self.mostStops { stop.append(text.cut(toBytes: Self.longestStop)) }
    }

    private static func number(_ cursor: inout JSONCursor) throws(JSONError) -> Double? {
        guard try cursor.kind() == .number else {
            try cursor.skipValue()
            return nil
        }
        return try Double(cursor.number().text)
    }

    private static func whole(_ cursor: inout JSONCursor) throws(JSONError) -> Int? {
        guard try cursor.kind() == .number else {
            try cursor.skipValue()
            return nil
        }
        return try cursor.number().integer
    }
}
