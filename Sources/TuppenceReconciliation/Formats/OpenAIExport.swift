import TuppenceCore

/// OpenAI's accounts of usage and costs.
///
/// Usage API, `GET /v1/organization/usage/completions` and `…/embeddings`: pages of buckets (`start_time`, `end_time`
/// in seconds) of 1m, 1h or 1d with `results`. `input_tokens` includes cached tokens, tokens written to the cache and
/// audio; `output_tokens` includes reasoning. `model` is there with `group_by=model` only.
/// Costs API, `GET /v1/organization/costs`: buckets of 1d with `amount: {value, currency}`; with `group_by=line_item`
/// the `line_item` is a model and what of it, `gpt-4o-mini-2024-07-18, cached input`, sometimes with a tier before it
/// (`priority | gpt-5.6-sol, output, long context`) or a modality (`gpt-audio-mini-2025-12-15 audio, input`), or
/// something that is no model (`web search tool calls`). Its `quantity` is not read: what it counts is not documented
/// everywhere.
/// Source: https://developers.openai.com/api/docs/api-reference/usage (read 2026-11-25), line items as seen in exports.
///
/// The dashboard's CSV has the same names as columns, flattened (`amount_value`, `amount_currency`), times also as
/// `start_time_iso`, counts with a fraction (`59200.0`), and a row of empty fields for a day without usage.
/// Source: exports published on GitHub, from October 2025 on (read 2026-11-25); OpenAI documents no columns.
enum OpenAIExport {
    /// One result of the usage API.
    struct UsageFields: Hashable, Sendable {
        var input = 0
        var cached = 0
        var cacheWrite = 0
        var output = 0
        var requests = 0

        var tally: UsageExport.Tally {
            var usage = Usage()
            usage.cachedInput = min(cached, input)
            usage.cacheWrite = min(cacheWrite, input - usage.cachedInput)
            usage.input = input - usage.cachedInput - usage.cacheWrite
            usage.output = output
            return UsageExport.Tally(requests: requests, usage: usage)
        }
    }

    /// The model of a line item: what stands before the first comma, without tier and modality. A line item that is no
    /// model's stands for itself, so that it is seen.
    static func model(ofLineItem item: String) -> String {
        guard let comma = item.firstIndex(of: ",") else { return item }
        let head = item[..<comma].split(separator: "|").last ?? ""
        guard let model = head.split(separator: " ").first else { return item }
        return String(model)
    }

    /// The width of a bucket by its ends; nil if they make none.
    static func width(from start: Timestamp, to end: Timestamp) -> BucketWidth? {
        end > start ? BucketWidth(seconds: end.seconds - start.seconds) : nil
    }

    // MARK: CSV

    static func readUsage(_ table: inout CSVTable, _ builder: inout ExportBuilder) throws(ExportError) {
        let cacheWrites = table.has("input_cache_write_tokens")
        if cacheWrites { builder.tellsApart(.cacheWrite) }
        builder.covers(embeddings: !table.has("output_tokens"))
        while try table.next() {
            guard let (start, width) = try bucket(table, &builder) else { continue }
            let fields = UsageFields(
                input: try table.count("input_tokens"), cached: try table.count("input_cached_tokens"),
                cacheWrite: try table.count("input_cache_write_tokens"), output: try table.count("output_tokens"),
                requests: try table.count("num_model_requests"))
            // A day without usage.
            if fields == UsageFields(), table.text("model") == nil { continue }
            builder.add(ExportLine(start: start, width: width, model: table.text("model"), tally: fields.tally))
        }
    }

    static func readCosts(_ table: inout CSVTable, _ builder: inout ExportBuilder) throws(ExportError) {
        while try table.next() {
            guard let (start, width) = try bucket(table, &builder), table.text("amount_value") != nil else { continue }
            if let currency = table.text("amount_currency"), currency.lowercased() != "usd" {
                throw table.trouble("amount_currency", "is not usd, and nothing is converted here")
            }
            builder.add(
                ExportLine(
                    start: start, width: width, model: table.text("line_item").map(model(ofLineItem:)),
                    tally: UsageExport.Tally(cost: try table.usd("amount_value"))))
        }
    }

    private static func bucket(
        _ table: CSVTable, _ builder: inout ExportBuilder
    ) throws(ExportError) -> (Timestamp, BucketWidth)? {
        guard let start = try table.epoch("start_time"), let end = try table.epoch("end_time") else {
            throw table.trouble("there is no start_time or no end_time.")
        }
        guard let width = width(from: start, to: end) else {
            throw table.trouble("end_time", "does not end a bucket of at most a day")
        }
        builder.addBucket(start, width)
        return (start, width)
    }
}
