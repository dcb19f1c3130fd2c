import Logging
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceServer

/// Everything that `/metrics` tells, gathered at one moment.
struct GatewayMetrics {
    let requests: RequestFigures
    let ledger: LedgerFigures
    let inProgress: Int
    let shares: [(target: Target, share: Double)]
    /// Nil where the store cannot be read.
    let books: Books?
    let isWritable: Bool
    let version: String
    let spans: (sent: Int, dropped: Int)

    struct Books: Sendable {
        let budgets: [SpendReport.Budget]
        let holds: Int
        let held: Money
    }

    init(of gateway: Gateway, _ queue: AdministrationQueue, version: String, logger: Logger, at now: Timestamp) async {
        requests = await gateway.plane.figures()
        inProgress = await gateway.plane.exchangesInProgress()
        ledger = gateway.ledger.figures
        isWritable = gateway.ledger.isHealthy
        let routes = gateway.loaded.configuration.policy.routes.values
        let targets = Set(routes.flatMap(\.everyCandidate).map(\.target))
        shares = gateway.plane.health.situations(of: targets, at: now).sorted { "\($0.key)" < "\($1.key)" }
            .prefix(FigureNames.mostTargets).map { (target: $0.key, share: $0.value.share) }
        self.version = version
        let telemetry = await gateway.exporter.figures()
        spans = (telemetry.sentSpans, telemetry.droppedSpans)
        do {
            books = try await queue.ask { administration in
                let holds = try administration.store.openHolds()
                return Books(
                    budgets: try administration.budgets(at: now), holds: holds.count,
                    held: holds.reduce(.zero) { $0 + $1.amount })
            }
        } catch {
            logger.warning("the books could not be read for /metrics", metadata: ["error": "\(error)"])
            books = nil
        }
    }

    var text: String {
        var exposition = Exposition()
        exposition.family("tuppence_build_info", .gauge, "1, with the version that runs.")
        exposition.sample("tuppence_build_info", ["version": version], .whole(1))
        writeRequests(&exposition)
        writeAttempts(&exposition)
        writeLedger(&exposition)
        writeBooks(&exposition)
        writeTelemetry(&exposition)
        if let process = ProcessFigures() { exposition.add(process) }
        return exposition.text
    }

    // MARK: Requests

    private func writeRequests(_ exposition: inout Exposition) {
        let total = "tuppence_requests_total"
        exposition.family(
            total, .counter,
            "Requests for a model that are over, and whatever was refused before it was known what for. code is the HTTP status, 499 where the caller had left."
        )
        requests.forEachSeries { series, count in
            exposition.sample(
                total,
                [
                    "route": Self.route(series.route), "target": Self.target(series.target),
                    "protocol": Self.dialect(series.dialect), "code": "\(series.status)",
                ], .count(count))
        }
        exposition.single(
            "tuppence_requests_in_progress", .gauge, "Requests that are being answered.", .whole(Int64(inProgress)))
        let duration = "tuppence_request_duration_seconds"
        exposition.family(duration, .histogram, "From a request's last byte to its answer's.")
        requests.forEachRoute { route, histogram in
            exposition.histogram(duration, ["route": Self.route(route)], histogram)
        }
        let overhead = "tuppence_overhead_seconds"
        exposition.family(
            overhead, .histogram,
            "What the gateway itself took of that: without the time that providers were waited for.")
        exposition.histogram(overhead, [:], requests.overhead)
    }

    // MARK: Attempts

    private func writeAttempts(_ exposition: inout Exposition) {
        var targets: [(name: String, figures: LedgerFigures.OfTarget)] = []
        ledger.forEachTarget { target, figures in targets.append((Self.target(target), figures)) }

        let attempts = "tuppence_attempts_total"
        exposition.family(attempts, .counter, "Requests to targets, as booked.")
        for (name, figures) in targets {
            for outcome in AttemptOutcome.allCases {
                let count = figures.attempts(outcome)
                guard count > 0 || outcome == .completed || outcome == .failed else { continue }
                exposition.sample(attempts, ["target": name, "outcome": outcome.rawValue], .whole(count))
            }
        }
        let tokens = "tuppence_tokens_total"
        exposition.family(tokens, .counter, "Tokens that attempts used, each under one kind.")
        write(targets, &exposition, as: tokens) { !$0.isPiece }
        let pieces = "tuppence_pieces_total"
        exposition.family(
            pieces, .counter, "What attempts used that is no token: images, searches, characters, seconds.")
        write(targets, &exposition, as: pieces) { $0.isPiece }
        let cost = "tuppence_cost_usd_total"
        exposition.family(cost, .counter, "What providers are owed for attempts, in USD.")
        for (name, figures) in targets {
            exposition.sample(cost, ["target": name], .billionths(figures.cost.nanodollars))
        }
        let first = "tuppence_time_to_first_token_seconds"
        exposition.family(first, .histogram, "From sending a request to a target to its first content.")
        for (name, figures) in targets where figures.firstContent.count > 0 {
            exposition.histogram(first, ["target": name], figures.firstContent)
        }
        let health = "tuppence_target_health_ratio"
        exposition.family(
            health, .gauge,
            "How much of its share of requests a target gets: 1 where all is well, 0 where it is left alone.")
        for (target, share) in shares {
            exposition.sample(health, ["target": target.description], .ratio(share))
        }
    }

    private func write(
        _ targets: [(name: String, figures: LedgerFigures.OfTarget)], _ exposition: inout Exposition,
        as family: String, where isMeant: (UsageKind) -> Bool
    ) {
        for (name, figures) in targets {
            for (index, kind) in UsageKind.allCases.enumerated() where isMeant(kind) {
                let count = figures.usage(index)
                guard count > 0 || kind == .input || kind == .output else { continue }
                exposition.sample(family, ["target": name, "kind": kind.rawValue], .whole(count))
            }
        }
    }

    // MARK: The ledger

    private func writeLedger(_ exposition: inout Exposition) {
        let counters: [(String, String, UInt64)] = [
            ("tuppence_holds_granted_total", "Holds that budgets had room for.", ledger.holdsGranted),
            ("tuppence_holds_denied_total", "Holds that a budget or a wallet refused.", ledger.holdsDenied),
            ("tuppence_holds_expired_total", "Holds that nobody settled before their end.", ledger.holdsExpired),
            ("tuppence_settlements_late_total", "Settlements that came after that.", ledger.lateSettlements),
            ("tuppence_answers_from_cache_total", "Answers that were given from the cache.", ledger.cachedAnswers),
            ("tuppence_store_commit_failures_total", "Batches that could not be written.", ledger.failedCommits),
        ]
        for (name, help, count) in counters { exposition.single(name, .counter, help, .count(count)) }
        exposition.single(
            "tuppence_store_writable", .gauge, "1 where the store can be written, as far as is known.",
            .whole(isWritable ? 1 : 0))
        let commit = "tuppence_store_commit_duration_seconds"
        exposition.family(commit, .histogram, "What a commit to the store takes, durable.")
        exposition.histogram(commit, [:], ledger.commits)
    }

    private func writeBooks(_ exposition: inout Exposition) {
        guard let books else { return }
        exposition.single("tuppence_holds_open", .gauge, "Holds that are in force.", .whole(Int64(books.holds)))
        exposition.single(
            "tuppence_holds_open_usd", .gauge, "What they hold together.", .billionths(books.held.nanodollars))
        let budgets = BudgetSum.byName(books.budgets)
        let families: [(String, String, KeyPath<BudgetSum, Money>)] = [
            ("tuppence_budget_limit_usd", "Budgets' limits; of one for each value, of all values together.", \.limit),
            ("tuppence_budget_spent_usd", "What of that is spent in the present window.", \.spent),
            ("tuppence_budget_held_usd", "What of that is held.", \.held),
        ]
        for (family, help, amount) in families {
            exposition.family(family, .gauge, help)
            for budget in budgets {
                exposition.sample(family, ["budget": budget.name], .billionths(budget[keyPath: amount].nanodollars))
            }
        }
        let accounts = "tuppence_budget_accounts"
        exposition.family(accounts, .gauge, "For how many values a budget has a balance.")
        for budget in budgets {
            exposition.sample(accounts, ["budget": budget.name], .whole(Int64(budget.accounts)))
        }
        let fullest = "tuppence_budget_used_ratio"
        exposition.family(
            fullest, .gauge, "How much of its limit is spent or held; of one for each value, the most of any.")
        for budget in budgets { exposition.sample(fullest, ["budget": budget.name], .ratio(budget.fullest)) }
    }

    private func writeTelemetry(_ exposition: inout Exposition) {
        let family = "tuppence_telemetry_spans_total"
        exposition.family(family, .counter, "Spans that a collector has taken, and those that it could not.")
        exposition.sample(family, ["outcome": "sent"], .whole(Int64(spans.sent)))
        exposition.sample(family, ["outcome": "dropped"], .whole(Int64(spans.dropped)))
    }

    // MARK: Names

    private static func route(_ number: Int) -> String {
        if number == NameNumber.none { return "" }
        // No route can be called that: names have no spaces.
        if number == NameNumber.direct { return "direct call" }
        return FigureNames.routes.name(of: number) ?? "other"
    }

    private static func target(_ number: Int) -> String {
        if number == NameNumber.none { return "" }
        return FigureNames.targets.name(of: number)?.description ?? "other"
    }

    private static func dialect(_ number: Int) -> String {
        DataPlane.dialectNames.indices.contains(number) ? DataPlane.dialectNames[number] : "other"
    }
}
