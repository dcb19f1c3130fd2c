import TuppenceCore

/// The body of `POST /v1/holds/{id}/settle`.
package enum SettlementBody {
    /// - Throws: a refusal with code `invalid_request` that names the field at fault.
    package static func read(_ bytes: UnsafeRawBufferPointer) throws(Refusal) -> MeteredSettlement {
        var fields = BodyFields()
        var settlement = MeteredSettlement()
        var usage: Range<Int>?
        var dialect = "openai"
        var status = "completed"
        var service: String?
        try fields.read(bytes) { (fields, cursor, key) throws(JSONError) in
            if key.equals("usage") {
                fields.once("usage")
                if try cursor.kind() != .object { fields.refuse("'usage' must be an object.", "usage") }
                usage = try cursor.skipValue()
            } else if key.equals("dialect") {
                dialect = try fields.text("dialect", &cursor) ?? dialect
            } else if key.equals("service_tier") {
                service = try fields.text("service_tier", &cursor)
            } else if key.equals("cost_usd") {
                settlement.cost = try fields.money("cost_usd", &cursor)
            } else if key.equals("status") {
                status = try fields.text("status", &cursor) ?? status
            } else if key.equals("http_status") {
                settlement.status = try fields.count("http_status", in: 0...999, &cursor) ?? 0
            } else if key.equals("duration_ms") {
                let span = try fields.count("duration_ms", in: 0...1_000_000_000, &cursor) ?? 0
                settlement.duration = Milliseconds(Int64(span))
            } else {
                try cursor.skipValue()
            }
        }
        switch status {
        case "completed": settlement.outcome = .completed
        case "failed": settlement.outcome = .failed
        case "aborted": settlement.outcome = .aborted
        default: throw .invalid("'status' must be 'completed', 'failed' or 'aborted'.", "status")
        }
        if let usage {
            try take(UnsafeRawBufferPointer(rebasing: bytes[usage]), dialect, into: &settlement)
        } else if settlement.cost == nil {
            throw .invalid("Say 'usage', as the provider gave it, or 'cost_usd'.", "usage")
        }
        if let service { settlement.service = ServiceTier(named: service) }
        return settlement
    }

    private static func take(
        _ usage: UnsafeRawBufferPointer, _ name: String, into settlement: inout MeteredSettlement
    ) throws(Refusal) {
        guard let dialect = UsageDialect(rawValue: name) else {
            let known = UsageDialect.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("'dialect' must be one of \(known).", "dialect")
        }
        var reader = dialect.reader
        // It was read as JSON before: what is wrong with it is what it says.
        _ = try? reader.read(usage)
        let report = reader.report
        guard report.isReadable else {
            throw .invalid("Nothing in 'usage' can be read as a usage of the dialect '\(name)'.", "usage")
        }
        guard report.output != .unreadable else {
            throw .invalid(
                "The output in 'usage' is no count of tokens: that is a whole number of 1,000,000,000 at the most.",
                "usage")
        }
        settlement.usage = report.usage
        settlement.service = report.service
        settlement.reportedCost = report.reportedCost
        settlement.helpers = report.helpers.map { ($0.model, $0.usage) }
    }
}
