import TuppenceAnalysis
import TuppenceCore

/// A replay for programs; ``text`` is for people. Amounts are nanodollars.
struct ReplayOutput: Encodable {
    struct Route: Encodable {
        var route: String
        var requests: Int
        var didNanodollars: Int64
        var wouldNanodollars: Int64
    }

    struct Target: Encodable {
        var target: String
        var didRequests: Int
        var didNanodollars: Int64
        var wouldRequests: Int
        var wouldNanodollars: Int64
    }

    struct Unroutable: Encodable {
        var model: String
        var requests: Int
        var didNanodollars: Int64
        var reason: String
    }

    struct Flat: Encodable {
        var fee: String
        var days: Double
        var nanodollars: Int64
    }

    var since: String
    var until: String
    var requests: Int
    var didNanodollars: Int64
    var wouldNanodollars: Int64
    var routes: [Route]
    var targets: [Target]
    var unroutable: [Unroutable]
    var flat: Flat?
    var assumptions = [
        "the same tokens, cached ones included", "each request by the first target that its route draws",
        "the standard tier of service, or what the configuration names as usual",
    ]

    init(_ replay: Replay, from start: Timestamp, until end: Timestamp, flat fee: FlatFee?) {
        // Before its first request the ledger cannot tell what would have been paid for.
        let first = max(start, replay.first ?? start)
        since = first.iso8601
        until = end.iso8601
        requests = replay.total.requests
        didNanodollars = replay.total.did.nanodollars
        wouldNanodollars = replay.total.would.nanodollars
        routes = replay.routes.map { name, line in
            Route(
                route: name, requests: line.requests, didNanodollars: line.did.nanodollars,
                wouldNanodollars: line.would.nanodollars)
        }.sorted { ($1.didNanodollars, $0.route) < ($0.didNanodollars, $1.route) }
        targets = replay.targets.map { target, line in
            Target(
                target: target.description, didRequests: line.did.requests,
                didNanodollars: line.did.cost.nanodollars, wouldRequests: line.would.requests,
                wouldNanodollars: line.would.cost.nanodollars)
        }.sorted { $0.target < $1.target }
        unroutable = replay.unroutable.map { name, value in
            Unroutable(
                model: name, requests: value.requests, didNanodollars: value.did.nanodollars,
                reason: value.reason.message)
        }.sorted { $0.model < $1.model }
        flat = fee.map { fee in
            let span = Milliseconds(max(0, (end - first).count))
            return Flat(
                fee: "\(fee.amount)/\(fee.period.rawValue)", days: Double(span.count / 86_400) / 1_000,
                nanodollars: fee.cost(for: span).nanodollars)
        }
    }
}

extension ReplayOutput {
    var text: String {
        guard requests > 0 || !unroutable.isEmpty else { return "No requests since \(since)." }
        var routes = Table(["route", "requests", "did cost", "would cost", "change"], numeric: [1, 2, 3, 4])
        for line in self.routes {
            routes.add(
                [line.route, "\(line.requests)"] + Self.costs(line.didNanodollars, line.wouldNanodollars))
        }
        routes.add(["all", "\(requests)"] + Self.costs(didNanodollars, wouldNanodollars))
        var targets = Table(["target", "did", "did cost", "would", "would cost"], numeric: [1, 2, 3, 4])
        for line in self.targets {
            targets.add([
                line.target, "\(line.didRequests)", Money(nanodollars: line.didNanodollars).description,
                "\(line.wouldRequests)", Money(nanodollars: line.wouldNanodollars).description,
            ])
        }
        var parts = ["Requests from \(since) until \(until)", routes.text, targets.text]
        if !unroutable.isEmpty {
            let lines = unroutable.map {
                "\($0.model): \($0.requests) requests, \(Money(nanodollars: $0.didNanodollars)): \($0.reason)"
            }
            parts.append(
                "Not counted, since the other configuration has nothing for them:\n" + lines.joined(separator: "\n"))
        }
        if let flat { parts.append(self.text(of: flat)) }
        parts.append("This takes \(assumptions.joined(separator: "; ")).")
        return parts.joined(separator: "\n\n")
    }

    private func text(of flat: Flat) -> String {
        let amount = Money(nanodollars: flat.nanodollars)
        let would = Money(nanodollars: wouldNanodollars)
        let did = Money(nanodollars: didNanodollars)
        let best = min(amount, would, did)
        let verdict = best == amount ? "the subscription is the cheapest" : "paying for what is used is cheaper"
        return
            "A subscription of \(flat.fee) is \(amount) for these \(flat.days) days, beside \(would) that they would have cost and \(did) that they did: \(verdict)."
    }

    private static func costs(_ did: Int64, _ would: Int64) -> [String] {
        let change: String
        if did == 0 {
            change = "-"
        } else {
            // Tenths of a percent; amounts are exact, and this is for the eye.
            let tenths = Int(((Double(would) / Double(did) - 1) * 1_000).rounded())
            change = "\(tenths < 0 ? "-" : "+")\(abs(tenths) / 10).\(abs(tenths) % 10)%"
        }
        return [Money(nanodollars: did).description, Money(nanodollars: would).description, change]
    }
}
