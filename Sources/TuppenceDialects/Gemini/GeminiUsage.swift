import TuppenceCore

/// The `usageMetadata` of Gemini and Vertex, and the `usage` of Gemini's Interactions, split into disjoint counts.
///
/// `promptTokenCount` includes `cachedContentTokenCount`; `toolUsePromptTokenCount` (what tools such as a search gave the
/// model to read) is input beside it; `thoughtsTokenCount` is output beside `candidatesTokenCount`, which is absent where
/// everything went to thoughts (https://ai.google.dev/api/generate-content#UsageMetadata, read 2026-11-25). The details
/// say how much of each was audio or images. In a stream the counts grow; the last ones hold.
package struct GeminiUsage: Hashable, Sendable {
    private var prompt = Counts()
    private var cached = Counts()
    private var tools = Counts()
    private var answer = Counts()
    private var thoughts = 0
    private var hasThoughts = false
    private var total: Int?
    private var candidates = OutputCount.missing
    package private(set) var service: ServiceTier?
    /// Whether the input was counted. Now and then it is not, and an answer is not free of it.
    package private(set) var isReadable = false
    /// Whether the output was. Candidates without tokens are left out, and the total then has no room for any; so they are
    /// where there is nothing but thoughts.
    package var output: OutputCount {
        guard candidates == .missing else { return candidates }
        return hasThoughts || total == prompt.total + tools.total ? .counted : .missing
    }

    /// A total, and how much of it was audio and images.
    private struct Counts: Hashable, Sendable {
        var total = 0
        var audio = 0
        var image = 0
    }

    /// Whether all that it counts is nothing, which is no count behind another.
    var isNothing: Bool { prompt.total | tools.total | answer.total | thoughts == 0 }

    package init() {}

    /// Reads the object at the cursor.
    package init(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("promptTokenCount") || key.equals("total_input_tokens") {
                if let count = try cursor.tokenCount() { (prompt.total, isReadable) = (count, true) }
            } else if key.equals("candidatesTokenCount") || key.equals("total_output_tokens") {
                // Google's own libraries write null for what is left out.
                if try cursor.kind() == .null { return _ = try cursor.skipValue() }
                let count = try cursor.tokenCount()
                candidates.take(count)
                answer.total = count ?? answer.total
            } else if key.equals("thoughtsTokenCount") || key.equals("total_thought_tokens") {
                if let count = try cursor.tokenCount() { (thoughts, hasThoughts) = (count, true) }
            } else if key.equals("cachedContentTokenCount") || key.equals("total_cached_tokens") {
                cached.total = try cursor.tokenCount() ?? 0
            } else if key.equals("toolUsePromptTokenCount") || key.equals("total_tool_use_tokens") {
                tools.total = try cursor.tokenCount() ?? 0
            } else if key.equals("totalTokenCount") || key.equals("total_tokens") {
                total = try cursor.tokenCount()
            } else if key.equals("promptTokensDetails") || key.equals("promptTokenDetails")
                || key.equals("input_tokens_by_modality")
            {
                try Self.details(&cursor, of: &prompt)
            } else if key.equals("cacheTokensDetails") || key.equals("cached_tokens_by_modality") {
                try Self.details(&cursor, of: &cached)
            } else if key.equals("toolUsePromptTokensDetails") || key.equals("tool_use_tokens_by_modality") {
                try Self.details(&cursor, of: &tools)
            } else if key.equals("candidatesTokensDetails") || key.equals("output_tokens_by_modality") {
                try Self.details(&cursor, of: &answer)
            } else if key.equals("serviceTier") || key.equals("trafficType") {
                if let name = try cursor.text() { service = ServiceTier(named: name) }
            } else {
                try cursor.skipValue()
            }
        }
    }

    private static func details(_ cursor: inout JSONCursor, of counts: inout Counts) throws(JSONError) {
        var audio = 0
        var image = 0
        try cursor.elements { (cursor) throws(JSONError) in
            var modality = ""
            var count = 0
            try cursor.members { (cursor, key) throws(JSONError) in
                if key.equals("modality") {
                    modality = try Self.modality(&cursor)
                } else if key.equals("tokenCount") || key.equals("tokens") {
                    count = try cursor.tokenCount() ?? 0
                } else {
                    try cursor.skipValue()
                }
            }
            if modality == "AUDIO" { audio += count }
            if modality == "IMAGE" { image += count }
        }
        counts.audio = audio
        counts.image = image
    }

    /// By name, or by number for callers who asked for enumerations as integers.
    private static func modality(_ cursor: inout JSONCursor) throws(JSONError) -> String {
        if try cursor.kind() != .number { return try cursor.text()?.uppercased() ?? "" }
        switch try cursor.tokenCount() {
        case 2: return "IMAGE"
        case 4: return "AUDIO"
        default: return ""
        }
    }

    package var usage: Usage {
        var usage = Usage()
        let read = min(cached.total, prompt.total)
        usage.cachedAudioInput = min(cached.audio, read)
        usage.cachedInput = read - usage.cachedAudioInput
        // Fresh is what was not read from the cache, by kind as far as the details tell.
        let fresh = prompt.total - read + tools.total
        usage.audioInput = min(max(0, prompt.audio - cached.audio) + tools.audio, fresh)
        usage.imageInput = min(max(0, prompt.image - cached.image) + tools.image, fresh - usage.audioInput)
        usage.input = fresh - usage.audioInput - usage.imageInput
        usage.reasoning = thoughts
        usage.audioOutput = min(answer.audio, answer.total)
        usage.imageOutput = min(answer.image, answer.total - usage.audioOutput)
        usage.output = answer.total - usage.audioOutput - usage.imageOutput
        return usage
    }
}

/// Reads answers and streams of Gemini, Vertex and Gemini's Interactions.
package struct GeminiUsageReader: UsageReader {
    private var counts = GeminiUsage()
    private var usage = Usage()
    private var service: ServiceTier?
    private var model: String?
    private var searches: GeminiSearches

    package init() { self.init(searches: GeminiSearches()) }

    /// - Parameter searches: those of the answer, where the usage is read by itself.
    init(searches: GeminiSearches) { self.searches = searches }

    package mutating func read(_ document: UnsafeRawBufferPointer) throws(JSONError) {
        var found = false
        try JSONCursor.document(document) { (cursor, key) throws(JSONError) in
            if key.equals("response") || key.equals("interaction") {
                try cursor.members { (cursor, key) throws(JSONError) in found = try member(&cursor, key) || found }
            } else {
                found = try member(&cursor, key) || found
            }
        }
        guard !found else { return }
        var cursor = JSONCursor(document)
        take(try GeminiUsage(&cursor))
    }

    /// - Returns: whether it was the usage object.
    private mutating func member(_ cursor: inout JSONCursor, _ key: JSONText) throws(JSONError) -> Bool {
        if key.equals("usageMetadata") || key.equals("usage") {
            take(try GeminiUsage(&cursor))
            return true
        }
        if key.equals("modelVersion") || key.equals("model"), try cursor.kind() == .string {
            let name = try cursor.string()
            model = name.decoded
            searches.take(model: name)
        } else if key.equals("candidates") {
            try cursor.elements { (cursor) throws(JSONError) in
                try cursor.members { (cursor, key) throws(JSONError) in
                    if key.equals("groundingMetadata") { try searches.add(&cursor) } else { try cursor.skipValue() }
                }
            }
        } else if key.equals("service_tier") {
            if let name = try cursor.text() { service = ServiceTier(named: name) }
        } else {
            try cursor.skipValue()
        }
        return false
    }

    /// Chunks on the way may have a metadata object without counts.
    ///
    /// - Returns: whether it is a count.
    @discardableResult
    mutating func take(_ next: GeminiUsage) -> Bool {
        service = next.service ?? service
        guard next.isReadable, !next.isNothing || counts.isNothing else { return false }
        counts = next
        usage = next.usage.following(usage)
        return true
    }

    package var report: UsageReport {
        var usage = self.usage
        usage.search = searches.count
        return UsageReport(
            usage: usage, statedService: service, model: model, isReadable: counts.isReadable,
            output: counts.output)
    }
}
