import TuppenceCore
import TuppenceDialects

/// An explanation for people.
extension RouteExplanation {
    var text: String {
        var lines = [
            "\(route.name): \(route.strategy.rawValue)\(stickyText), about \(demand.inputEstimate) input tokens"
        ]
        let needs = demand.needs.union(route.required)
        if !needs.isEmpty { lines.append("needs: \(needs.names.joined(separator: ", "))") }
        let reasons = complexity.reasons.map { "\($0.points) for \($0.reason)" }
        lines.append("complexity: \(complexity.score)\(reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))")")
        return lines.joined(separator: "\n") + "\n\n" + table.text + "\n\n" + outcomeText
    }

    private var stickyText: String { route.stickiness.map { ", sticky by \($0.rawValue)" } ?? "" }

    private var table: Table {
        var table = Table(
            ["", "target", "expected", "at most", "max_tokens", "verdict"], numeric: [0, 2, 3, 4])
        for line in lines {
            let why = ([line.blocker?.text] + line.remarks.map(\.rawValue)).compactMap(\.self)
            let verdict = line.verdict(isChosen: line.candidate.target == chosen)
            table.add([
                line.place.map(String.init) ?? "", line.candidate.target.description, line.expectedPrice.description,
                line.mostPrice.description, line.outputLimit.map(String.init) ?? "-",
                why.isEmpty ? verdict : "\(verdict): \(why.joined(separator: "; "))",
            ])
        }
        return table
    }

    private var outcomeText: String {
        switch outcome {
        case .refused(let refusal): return "refused with \(refusal.code.status) \(refusal.code): \(refusal.message)"
        case .sent(let attempt, let degradedTo):
            let limit = attempt.outputLimit.map {
                " with max_tokens \($0)\(attempt.isClamped ? ", lowered by a budget" : "")"
            }
            let other = degradedTo.map { " of route '\($0)', where a budget sends it" } ?? ""
            return "would go to \(attempt.candidate.target)\(other)\(limit ?? ""), holding \(attempt.hold.price)"
        }
    }
}
