import TuppenceAdministration
import TuppenceCore

/// A report on routes for people.
extension RouteReportOutput {
    var text: String {
        guard !routes.isEmpty else { return "No requests since \(since)." }
        var parts = ["Requests from \(since) until \(until)", Self.table(routes, "requests").text]
        parts.append(Self.table(targets, "attempts").text)
        for experiment in experiments {
            parts.append("experiment \(experiment.name) on \(experiment.route), divided by \(experiment.unit)")
            parts.append(Self.table(experiment.arms, "requests").text)
            let sentences = experiment.comparisons.flatMap {
                [$0.sentence] + ($0.called ? [] : [$0.outlook].compactMap { $0 })
            }
            if !sentences.isEmpty { parts.append(sentences.joined(separator: "\n")) }
        }
        return parts.joined(separator: "\n\n")
    }

    private static func table(_ lines: [Line], _ counted: String) -> Table {
        let named = lines.contains { $0.arm != nil } ? "arm" : lines.contains { $0.target != nil } ? "target" : nil
        let scored = lines.contains { $0.score != nil }
        let header =
            (named == "arm" ? [] : ["route"]) + (named.map { [$0] } ?? [])
            + [counted, "errors", "cost each", "first content", "p50", "p95", "total", "p50", "p95"]
            + (scored ? ["score"] : [])
        var table = Table(header, numeric: Set((named == "target" ? 2 : 1)..<header.count))
        for line in lines {
            table.add(
                (named == "arm" ? [] : [line.route])
                    + (named.map { [($0 == "arm" ? line.arm : line.target) ?? ""] } ?? [])
                    + ["\(line.count)", "\(line.errors)", Money(nanodollars: line.costEachNanodollars).description]
                    + cells(line.firstContentMs) + cells(line.totalMs) + (scored ? [score(line)] : []))
        }
        return table
    }

    private static func cells(_ spans: Line.Spans?) -> [String] {
        guard let spans else { return ["-", "-", "-"] }
        return ["\(spans.mean) ms", "\(spans.p50) ms", "\(spans.p95) ms"]
    }

    private static func score(_ line: Line) -> String {
        guard let score = line.score else { return "-" }
        let hundredths = Int((score * 100).rounded())
        let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
        return "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest) (\(line.scores))"
    }
}
