import TuppenceCore
import TuppenceEngine

/// Whether requests can be served, and if not, why.
package struct Readiness: Sendable {
    private let reasons: [String]
    private let outage: OutageFigures?

    package init(ledger: LedgerWriter, isLeaving: Bool) {
        var reasons: [String] = []
        if !ledger.isHealthy { reasons.append("the ledger can't be written") }
        if isLeaving { reasons.append("shutting down") }
        self.reasons = reasons
        outage = ledger.outageFigures
    }

    package var isReady: Bool { reasons.isEmpty }
    package var status: Int { isReady ? 200 : 503 }

    package var json: String {
        let list = reasons.map { "\"\($0)\"" }.joined(separator: ",")
        let allowances =
            outage.map { ",\"allowances\":{\"since\":\"\($0.since.iso8601)\",\"admitted\":\($0.admitted)}" } ?? ""
        return "{\"status\":\"\(isReady ? "ready" : "not ready")\",\"reasons\":[\(list)]\(allowances)}"
    }
}

extension LocalAnswer {
    init(_ readiness: Readiness) { self.init(status: readiness.status, json: Array(readiness.json.utf8)) }
}
