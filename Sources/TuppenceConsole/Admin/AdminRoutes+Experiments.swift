import TuppenceAdministration
import TuppenceCore
import TuppenceGateway

extension AdminRoutes {
    static func experiments(_ reports: ExperimentReports) -> [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/experiments", role: .viewer,
                summary:
                    "The arms of experiments that requests of the last days were divided among, and how they differ, as `tuppence routes report` has it.",
                query: [
                    .init(
                        name: "days", place: .query, schema: .between(1, Int64(ExperimentDays.most)),
                        about: "Of today, in UTC, and of so many days before; 7 where it is not said.")
                ], output: .page(experiment)
            ) { call in
                let days = try ExperimentDays(call.written("days"))
                let told = try await reports.reports(of: days, at: call.now)
                let detect = RouteReportOutput.Detect()
                return AdminAnswer(ListPage(data: told.map { RouteReportOutput.Experiment($0, detect) }))
            }
        ]
    }

    private static let interval = Schema.object(["estimate": .ratio, "low": .ratio, "high": .ratio])
    private static let spans = Schema.object(["mean": .whole, "p50": .whole, "p95": .whole])
    private static let measures: KeyValuePairs<String, Schema> = [
        "cost": interval, "errors": interval, "first_content": interval, "total": interval, "score": interval,
    ]
    private static let measureNames: Set<String> = ["cost", "errors", "first_content", "total", "score"]

    private static let arm = Schema.object(
        [
            "route": .text, "arm": .text, "count": .whole, "errors": .whole, "error_rate": .ratio,
            "cost_nanodollars": .whole, "cost_each_nanodollars": .whole, "first_content_ms": spans, "total_ms": spans,
            "scores": .whole, "score": .ratio, "units": .whole,
            "intervals": .object(measures, optional: measureNames),
        ], optional: ["first_content_ms", "total_ms", "score"])

    private static let comparison = Schema.object(
        [
            "arm": .text, "base": .text, "units": .whole, "called": .truth, "cost": interval, "errors": interval,
            "first_content": interval, "total": interval, "score": interval, "requests": .whole,
            "requests_needed": .whole, "sentence": .text, "outlook": .text,
        ], optional: measureNames.union(["requests_needed", "outlook"]))

    private static let experiment = Schema.object([
        "route": .text, "name": .text, "unit": .choice(["key", "customer", "user", "request"]), "arms": .list(arm),
        "comparisons": .list(comparison),
    ])
}
