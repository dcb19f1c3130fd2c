import TuppenceCore

@testable import TuppenceReconciliation

/// Reads `text` as an export.
func export(_ text: String, as format: ExportFormat? = nil) throws(ExportError) -> UsageExport {
    let result: Result<UsageExport, ExportError> = Array(text.utf8).withUnsafeBytes { bytes in
        do throws(ExportError) { return .success(try UsageExport(reading: bytes, as: format)) } catch {
            return .failure(error)
        }
    }
    return try result.get()
}

/// Why `text` cannot be read.
func trouble(_ text: String, as format: ExportFormat? = nil) -> String? {
    do throws(ExportError) {
        _ = try export(text, as: format)
        return nil
    } catch { return error.description }
}

extension UsageExport {
    /// What it has of `model` in the bucket that begins at `start`; without a bucket, in all of them.
    func tally(_ model: String?, _ start: Timestamp? = nil) -> Tally {
        slots.filter { $0.key.model == model && (start == nil || $0.key.start == start) }.values
            .reduce(into: Tally()) { $0.add($1) }
    }

    var models: Set<String?> { Set(slots.keys.map(\.model)) }
}

/// 2026-11-01T00:00:00Z, a Sunday.
let november = Timestamp(seconds: 1_793_491_200)

func hours(_ count: Int64) -> Timestamp { november + .seconds(count * 3_600) }

/// One line of the ledger. `at` is when it was sent; it took two seconds.
func entry(
    _ model: String = "gpt-4o-mini", at: Timestamp = hours(1), usage: Usage = Usage(input: 100, output: 10),
    cost: Int64 = 21_000, outcome: AttemptOutcome = .completed, estimated: Bool = false,
    provider: String = "openai", endpoint: String = "chat/completions", number: Int = 1
) -> LedgerEntry {
    LedgerEntry(
        attempt: AttemptID(request: RequestID(high: UInt64(at.milliseconds) << 16, low: 7), number: number),
        at: at + .seconds(outcome == .expired ? 700 : 2), attribution: Attribution(key: "app", endpoint: endpoint),
        target: Target(provider: provider, model: model), outcome: outcome,
        status: outcome == .expired ? 0 : 200, usage: usage, cost: Money(nanodollars: cost), estimated: estimated,
        reportedCost: nil, rateCardVersion: "test", duration: Milliseconds(outcome == .expired ? 0 : 2_000),
        firstContent: nil)
}

/// An expiry: nothing is known of it but that it was sent.
func expiry(_ model: String = "gpt-4o-mini", at: Timestamp = hours(1)) -> LedgerEntry {
    entry(model, at: at, usage: Usage(), cost: 0, outcome: .expired, estimated: true)
}

func reconcile(
    _ export: UsageExport, _ entries: [LedgerEntry], provider: String = "openai",
    _ change: (inout Reconciler.Options) -> Void = { _ in }
) throws(ExportError) -> Reconciliation {
    var options = Reconciler.Options()
    change(&options)
    var reconciler = try Reconciler(export, provider: provider, options)
    reconciler.add(contentsOf: entries)
    return reconciler.reconciliation()
}

// MARK: Invented exports in the providers' shapes

func openAIPage(_ buckets: String..., hasMore: Bool = false) -> String {
    "{\"object\": \"page\", \"data\": [\(buckets.joined(separator: ","))], \"has_more\": \(hasMore), \"next_page\": null}"
}

/// A bucket of a day, `day` days into November 2026.
func openAIBucket(_ day: Int64 = 0, seconds: Int64 = 86_400, _ results: String...) -> String {
    let start = november.seconds + day * 86_400
    return
        "{\"object\": \"bucket\", \"start_time\": \(start), \"end_time\": \(start + seconds), \"results\": [\(results.joined(separator: ","))]}"
}

func openAIUsage(
    _ model: String? = "gpt-4o-mini-2024-07-18", input: Int = 100, cached: Int = 0, output: Int = 10, requests: Int = 1,
    extra: String = ""
) -> String {
    """
    {"object": "organization.usage.completions.result", "input_tokens": \(input), "output_tokens": \(output),
     "input_cached_tokens": \(cached), "input_audio_tokens": 0, "output_audio_tokens": 0,
     "num_model_requests": \(requests), "project_id": null, "user_id": null, "api_key_id": null,
     "model": \(model.map { "\"\($0)\"" } ?? "null"), "batch": null\(extra)}
    """
}

func openAICost(_ amount: String, _ lineItem: String? = "gpt-4o-mini-2024-07-18, input") -> String {
    """
    {"object": "organization.costs.result", "amount": {"value": \(amount), "currency": "usd"},
     "line_item": \(lineItem.map { "\"\($0)\"" } ?? "null"), "project_id": null}
    """
}
