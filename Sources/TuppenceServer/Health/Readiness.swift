import TuppenceCore
import TuppenceDialects
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

    package var json: [UInt8] {
        JSONWriter.object(reserving: 128) { json in
            json.member("status", literal: isReady ? "ready" : "not ready")
            json.member(
                "reasons",
                array: { json in
                    for reason in reasons { json.value(JSONString(reason)) }
                })
            guard let outage else { return }
            json.member(
                "allowances",
                object: { json in
                    json.member("since", JSONString(outage.since.iso8601))
                    json.member("admitted", outage.admitted)
                })
        }
    }
}

extension LocalAnswer {
    init(_ readiness: Readiness) { self.init(status: readiness.status, json: readiness.json) }
}
