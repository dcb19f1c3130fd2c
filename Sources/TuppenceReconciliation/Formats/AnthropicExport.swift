import TuppenceCore

/// Anthropic's accounts of usage and costs.
///
/// Usage report, `GET /v1/organizations/usage_report/messages`: pages of buckets (`starting_at`, `ending_at`, RFC 3339)
/// of 1m, 1h or 1d with `results` of `uncached_input_tokens`, `cache_read_input_tokens`,
/// `cache_creation: {ephemeral_5m_input_tokens, ephemeral_1h_input_tokens}` and `output_tokens`; `model` with
/// `group_by[]=model` only. Requests are not counted.
/// Cost report, `GET /v1/organizations/cost_report`: buckets of 1d with `amount`, a decimal string *in cents*
/// (`"123.45"` is $1.2345), and `currency`; `model` and `description` with `group_by[]=description` only. Costs of the
/// priority tier are not in it.
/// Source: https://platform.claude.com/docs/en/api/admin/usage_report and …/admin/cost_report (read 2026-11-25).
///
/// The Console's CSV of tokens has `usage_date_utc` (`2026-11-23`, or `2026-11-23 14:00` where hours were shown),
/// `model_version` and `usage_input_tokens_no_cache`, `…_cache_write_5m`, `…_cache_write_1h`, `…_cache_read`,
/// `usage_output_tokens`. Its CSV of costs has `usage_date_utc`, `model` as people write it (`Claude Haiku 4.5`),
/// `token_type` and `cost_usd`: dollars, of which two decimals were seen, so a line may be off by half a cent.
/// Source: exports published on GitHub, from 2025 and 2026 (read 2026-11-25); Anthropic documents no columns.
enum AnthropicExport {
    /// One result of the usage report.
    struct UsageFields: Hashable, Sendable {
        var input = 0
        var cacheRead = 0
        var cacheWrite = 0
        var cacheWriteLong = 0
        var output = 0

        var tally: UsageExport.Tally {
            var usage = Usage(input: input, cachedInput: cacheRead, output: output)
            usage.cacheWrite = cacheWrite
            usage.cacheWriteLong = cacheWriteLong
            return UsageExport.Tally(usage: usage)
        }
    }

    // MARK: CSV

    static func readUsage(_ table: inout CSVTable, _ builder: inout ExportBuilder) throws(ExportError) {
        while try table.next() {
            let (start, width) = try bucket(table)
            let fields = UsageFields(
                input: try table.count("usage_input_tokens_no_cache"),
                cacheRead: try table.count("usage_input_tokens_cache_read"),
                cacheWrite: try table.count("usage_input_tokens_cache_write_5m"),
                cacheWriteLong: try table.count("usage_input_tokens_cache_write_1h"),
                output: try table.count("usage_output_tokens"))
            builder.add(ExportLine(start: start, width: width, model: table.text("model_version"), tally: fields.tally))
        }
    }

    static func readCosts(_ table: inout CSVTable, _ builder: inout ExportBuilder) throws(ExportError) {
        while try table.next() {
            let (start, width) = try bucket(table)
            // A web search belongs to no model, and is seen under what it is.
            let name = table.text("model") ?? table.text("cost_type") ?? table.text("usage_type")
            builder.add(
                ExportLine(
                    start: start, width: width, model: name, tally: UsageExport.Tally(cost: try table.usd("cost_usd"))))
        }
    }

    private static func bucket(_ table: CSVTable) throws(ExportError) -> (Timestamp, BucketWidth) {
        guard let start = try table.time("usage_date_utc"), let text = table.text("usage_date_utc") else {
            throw table.trouble("there is no usage_date_utc.")
        }
        // A date alone is a day; on the hour it is an hour's, because the Console shows nothing wider with a time.
        let width: BucketWidth = text.utf8.count <= 10 ? .day : start.seconds % 3_600 == 0 ? .hour : .minute
        return (start, width)
    }
}
