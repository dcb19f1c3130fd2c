import TuppenceCore
import TuppenceDialects

/// What `prices update` found and did.
struct PriceUpdateReport: Encodable {
    struct Line: Encodable {
        var target: String
        var verdict: String
        var differences: [String]
    }
    struct Skipped: Encodable {
        var name: String
        var reason: String
    }

    var format: String
    var changes: [Line]
    var unchanged: Int
    /// Models of the list whose price cannot be taken over.
    var skipped: [Skipped]
    /// Models of providers that were not looked at.
    var others: Int
    var path: String
    var written: Bool
    private let verdicts: [PriceUpdate.Verdict]

    init(
        _ update: PriceUpdate, _ imported: ImportedPrices, _ providers: Set<String>, path: String, written: Bool
    ) {
        format = imported.format.rawValue
        changes = update.changes.map {
            Line(target: $0.target.description, verdict: $0.verdict.rawValue, differences: $0.differences)
        }
        verdicts = update.changes.map(\.verdict)
        unchanged = update.unchanged
        skipped = imported.skipped.map { Skipped(name: $0.name, reason: $0.reason) }
        others = imported.models.count { !providers.contains($0.target.provider) }
        self.path = path
        self.written = written
    }

    private enum CodingKeys: CodingKey { case format, changes, unchanged, skipped, others, path, written }

    func text(isTaken: (PriceUpdate.Verdict) -> Bool) -> String {
        var table = Table(["target", "", "what"])
        for line in changes { table.add([line.target, line.verdict, line.differences.joined(separator: ", ")]) }
        var sentences = ["\(format): \(unchanged) models as they are known, \(others) of other providers."]
        let lower = verdicts.count { $0 == .lower }
        if lower > 0 {
            sentences.append(
                isTaken(.lower)
                    ? "\(lower) with rates that become lower."
                    : "\(lower) with lower rates are left as they are: --lower.")
        }
        let odd = verdicts.count { $0 == .odd }
        if odd > 0 { sentences.append("\(odd) are improbable, and left out.") }
        if !skipped.isEmpty {
            sentences.append(
                "\(skipped.count) have no price that can be read, such as \(skipped[0].name): \(skipped[0].reason).")
        }
        sentences.append(
            written
                ? "Written to \(path). A running gateway takes them over on SIGHUP." : "Nothing was written.")
        return (table.isEmpty ? "" : table.text + "\n\n") + sentences.joined(separator: "\n")
    }
}
