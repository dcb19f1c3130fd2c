import TuppenceCore
import TuppenceDialects

/// A day's activity or a single generation, with the members of both.
struct OpenRouterItem {
    private var date: Timestamp?
    private var created: Timestamp?
    private var model: String?
    private var slug: String?
    private var requests: Int?
    private var usage: ExactUSD?
    private var totalCost: ExactUSD?
    private var activity = OpenRouterExport.Fields()
    private var normalised = OpenRouterExport.Fields()
    private var native = OpenRouterExport.Fields()
    private var hasNative = false

    var isAny: Bool { date != nil || totalCost != nil }

    /// Reads the member if it is one of either's.
    mutating func read(
        _ key: JSONText, _ cursor: inout JSONCursor, _ export: inout JSONExport
    ) throws(JSONError) -> Bool {
        if key.equals("date") {
            date = try export.time("date", &cursor)
        } else if key.equals("created_at") {
            // Of other things it may be a number of seconds; a generation's is text.
            guard try cursor.kind() == .string else { return false }
            created = try export.time("created_at", &cursor)
        } else if key.equals("model") {
            guard try cursor.kind() == .string else { return false }
            model = try export.text("model", &cursor)
        } else if key.equals("model_permaslug") {
            slug = try export.text("model_permaslug", &cursor)
        } else if key.equals("usage") {
            guard try cursor.kind() == .number else { return false }
            usage = try export.usd("usage", &cursor)
        } else if key.equals("total_cost") {
            totalCost = try export.usd("total_cost", &cursor)
        } else {
            return try readCount(key, &cursor, &export)
        }
        return true
    }

    private mutating func readCount(
        _ key: JSONText, _ cursor: inout JSONCursor, _ export: inout JSONExport
    ) throws(JSONError) -> Bool {
        if key.equals("requests") {
            requests = try export.count("requests", &cursor)
        } else if key.equals("prompt_tokens") {
            activity.prompt = try export.count("prompt_tokens", &cursor)
        } else if key.equals("completion_tokens") {
            activity.completion = try export.count("completion_tokens", &cursor)
        } else if key.equals("reasoning_tokens") {
            activity.reasoning = try export.count("reasoning_tokens", &cursor)
        } else if key.equals("tokens_prompt") {
            normalised.prompt = try export.count("tokens_prompt", &cursor)
        } else if key.equals("tokens_completion") {
            normalised.completion = try export.count("tokens_completion", &cursor)
        } else if key.equals("native_tokens_prompt") {
            hasNative = try cursor.kind() == .number
            native.prompt = try export.count("native_tokens_prompt", &cursor)
        } else if key.equals("native_tokens_completion") {
            native.completion = try export.count("native_tokens_completion", &cursor)
        } else if key.equals("native_tokens_reasoning") {
            native.reasoning = try export.count("native_tokens_reasoning", &cursor)
        } else if key.equals("native_tokens_cached") {
            native.cached = try export.count("native_tokens_cached", &cursor)
        } else {
            return false
        }
        return true
    }

    /// The line that it stands for; nil if it is neither.
    var line: (format: ExportFormat, line: ExportLine)? {
        if let date, let usage {
            var fields = activity
            fields.requests = requests ?? 0
            fields.cost = usage
            return (
                .openRouterActivity, ExportLine(start: date, width: .day, model: model ?? slug, tally: fields.tally)
            )
        }
        if let created, let totalCost {
            var fields = hasNative ? native : normalised
            fields.cost = totalCost
            return (
                .openRouterGenerations, ExportLine(start: created, width: .minute, model: model, tally: fields.tally)
            )
        }
        return nil
    }
}

extension JSONExport {
    mutating func read(_ item: OpenRouterItem, at position: Int) throws(JSONError) {
        guard let (format, line) = item.line else {
            throw JSONError(
                position, "an activity has a date and its usage, a generation its created_at and total_cost")
        }
        try expect(format, at: position)
        builder.add(line)
    }
}
