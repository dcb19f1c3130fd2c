import TuppenceCore
import TuppenceDialects

/// A bucket of OpenAI's (`start_time` in seconds) or of Anthropic's (`starting_at` as text).
struct JSONBucket {
    private(set) var openAIStart: Timestamp?
    private(set) var anthropicStart: Timestamp?
    private(set) var end: Timestamp?
    /// Where the list of results begins. Members have no order, so it is read after all of them.
    private(set) var results: Int?

    /// Reads the member if it is one of a bucket's.
    mutating func read(
        _ key: JSONText, _ cursor: inout JSONCursor, _ export: inout JSONExport
    ) throws(JSONError) -> Bool {
        if key.equals("start_time") {
            openAIStart = try export.epoch("start_time", &cursor)
        } else if key.equals("end_time") {
            end = try export.epoch("end_time", &cursor)
        } else if key.equals("starting_at") {
            anthropicStart = try export.time("starting_at", &cursor)
        } else if key.equals("ending_at") {
            end = try export.time("ending_at", &cursor)
        } else if key.equals("results") || key.equals("result") {
            results = try cursor.skipValue().lowerBound
        } else {
            return false
        }
        return true
    }
}

extension JSONExport {
    mutating func read(_ bucket: JSONBucket, at position: Int) throws(JSONError) {
        guard let start = bucket.openAIStart ?? bucket.anthropicStart, let end = bucket.end else {
            throw JSONError(position, "this bucket does not say when it begins and ends")
        }
        guard let width = OpenAIExport.width(from: start, to: end) else {
            throw JSONError(position, "this bucket does not end within a day of its beginning")
        }
        builder.addBucket(start, width)
        guard let results = bucket.results else { return }
        var cursor = JSONCursor(bytes, at: results)
        let isOpenAI = bucket.openAIStart != nil
        try member("results") { (export) throws(JSONError) in
            try export.elements(&cursor) { (export, cursor) throws(JSONError) in
                let place = cursor.position
                var result = JSONResult()
                try cursor.object { (cursor, key) throws(JSONError) in
                    if try !result.read(key, &cursor, &export, isOpenAI: isOpenAI) { try cursor.skipValue() }
                }
                if isOpenAI {
                    try export.addOpenAI(result, start, width, at: place)
                } else {
                    try export.addAnthropic(result, start, width, at: place)
                }
            }
        }
    }

    private mutating func addOpenAI(
        _ result: JSONResult, _ start: Timestamp, _ width: BucketWidth, at place: Int
    ) throws(JSONError) {
        if let amount = result.amount {
            try expect(.openAICosts, at: place)
            builder.add(
                ExportLine(
                    start: start, width: width, model: result.lineItem.map(OpenAIExport.model(ofLineItem:)),
                    tally: UsageExport.Tally(cost: amount)))
            return
        }
        let isEmbeddings = result.object == "organization.usage.embeddings.result"
        guard isEmbeddings || result.object == "organization.usage.completions.result" else {
            guard let object = result.object else { throw JSONError(place, "this result does not say what it is") }
            return builder.skip(object)
        }
        try expect(.openAIUsage, at: place)
        builder.covers(embeddings: isEmbeddings)
        if result.tellsCacheWrites { builder.tellsApart(.cacheWrite) }
        builder.add(ExportLine(start: start, width: width, model: result.model, tally: result.openAI.tally))
    }

    private mutating func addAnthropic(
        _ result: JSONResult, _ start: Timestamp, _ width: BucketWidth, at place: Int
    ) throws(JSONError) {
        if let amount = result.amount {
            try expect(.anthropicCosts, at: place)
            builder.add(
                ExportLine(
                    start: start, width: width, model: result.model ?? result.description,
                    tally: UsageExport.Tally(cost: amount)))
        } else if result.isAnthropicUsage {
            try expect(.anthropicUsage, at: place)
            builder.add(ExportLine(start: start, width: width, model: result.model, tally: result.anthropic.tally))
        } else {
            throw JSONError(place, "this result has neither an amount nor tokens")
        }
    }

    mutating func expect(_ format: ExportFormat, at place: Int) throws(JSONError) {
        if let problem = builder.expect(format) { throw JSONError(place, String(problem.dropLast())) }
    }
}

/// One result of a bucket, with the members of all the reports that have buckets.
private struct JSONResult {
    var object: String?
    var model: String?
    var lineItem: String?
    var description: String?
    var amount: ExactUSD?
    var openAI = OpenAIExport.UsageFields()
    var anthropic = AnthropicExport.UsageFields()
    var isAnthropicUsage = false
    var tellsCacheWrites = false

    mutating func read(
        _ key: JSONText, _ cursor: inout JSONCursor, _ export: inout JSONExport, isOpenAI: Bool
    ) throws(JSONError) -> Bool {
        if key.equals("object") {
            object = try export.text("object", &cursor)
        } else if key.equals("model") {
            model = try export.text("model", &cursor)
        } else if key.equals("line_item") {
            lineItem = try export.text("line_item", &cursor)
        } else if key.equals("description") {
            description = try export.text("description", &cursor)
        } else if key.equals("currency") {
            try readCurrency(&cursor, &export)
        } else if key.equals("amount") {
            try readAmount(&cursor, &export, isOpenAI: isOpenAI)
        } else {
            return try isOpenAI ? readOpenAI(key, &cursor, &export) : readAnthropic(key, &cursor, &export)
        }
        return true
    }

    /// `{"value": 0.06, "currency": "usd"}`, or cents as text.
    private mutating func readAmount(
        _ cursor: inout JSONCursor, _ export: inout JSONExport, isOpenAI: Bool
    ) throws(JSONError) {
        guard isOpenAI else { return amount = try export.usd("amount", &cursor, shift: 2) }
        guard try cursor.kind() != .null else { return try cursor.null() }
        try export.member("amount") { (export) throws(JSONError) in
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("value") {
                    amount = try export.usd("value", &cursor)
                } else if key.equals("currency") {
                    try readCurrency(&cursor, &export)
                } else {
                    try cursor.skipValue()
                }
            }
        }
    }

    private func readCurrency(_ cursor: inout JSONCursor, _ export: inout JSONExport) throws(JSONError) {
        let start = cursor.position
        guard let currency = try export.text("currency", &cursor), currency.lowercased() != "usd" else { return }
        throw JSONError(start, "the currency is '\(clipped(currency))', and nothing but USD is converted here")
    }

    private mutating func readOpenAI(
        _ key: JSONText, _ cursor: inout JSONCursor, _ export: inout JSONExport
    ) throws(JSONError) -> Bool {
        if key.equals("input_tokens") {
            openAI.input = try export.count("input_tokens", &cursor)
        } else if key.equals("input_cached_tokens") {
            openAI.cached = try export.count("input_cached_tokens", &cursor)
        } else if key.equals("input_cache_write_tokens") {
            tellsCacheWrites = true
            openAI.cacheWrite = try export.count("input_cache_write_tokens", &cursor)
        } else if key.equals("output_tokens") {
            openAI.output = try export.count("output_tokens", &cursor)
        } else if key.equals("num_model_requests") {
            openAI.requests = try export.count("num_model_requests", &cursor)
        } else {
            return false
        }
        return true
    }

    private mutating func readAnthropic(
        _ key: JSONText, _ cursor: inout JSONCursor, _ export: inout JSONExport
    ) throws(JSONError) -> Bool {
        if key.equals("uncached_input_tokens") {
            isAnthropicUsage = true
            anthropic.input = try export.count("uncached_input_tokens", &cursor)
        } else if key.equals("cache_read_input_tokens") {
            anthropic.cacheRead = try export.count("cache_read_input_tokens", &cursor)
        } else if key.equals("output_tokens") {
            isAnthropicUsage = true
            anthropic.output = try export.count("output_tokens", &cursor)
        } else if key.equals("cache_creation") {
            try readCacheCreation(&cursor, &export)
        } else {
            return false
        }
        return true
    }

    private mutating func readCacheCreation(
        _ cursor: inout JSONCursor, _ export: inout JSONExport
    ) throws(JSONError) {
        guard try cursor.kind() != .null else { return try cursor.null() }
        try export.member("cache_creation") { (export) throws(JSONError) in
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("ephemeral_5m_input_tokens") {
                    anthropic.cacheWrite = try export.count("ephemeral_5m_input_tokens", &cursor)
                } else if key.equals("ephemeral_1h_input_tokens") {
                    anthropic.cacheWriteLong = try export.count("ephemeral_1h_input_tokens", &cursor)
                } else {
                    try cursor.skipValue()
                }
            }
        }
    }
}
