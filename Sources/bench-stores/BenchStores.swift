import ArgumentParser
import Foundation
import TuppenceCore
import TuppencePostgres
import TuppenceSQLite
import TuppenceStore

@main
struct BenchStores: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-stores",
        abstract: "How many requests a second several nodes hold and settle on one store.",
        discussion: """
            Each node commits as the ledger's writer does: what its requests ask while one commit is on its way goes into \
            the next one. Once on one hot budget that all share, and once on many. Only a release build tells anything: \
            swift run -c release bench-stores --store postgres://postgres@127.0.0.1/bench
            """)

    @Option(help: "sqlite:PATH of a file, or the address of an empty PostgreSQL database.") var store: String
    @Option(help: "How many nodes: connections, each with a writer.") var nodes = 1
    @Option(help: "Requests under way at once on each node.") var concurrency = 64
    @Option(help: "How many budgets, at each of which it is measured.") var budgets = "1,1000"
    @Option(help: "For how long.") var seconds = 5.0

    func validate() throws {
        guard nodes > 0, concurrency > 1, seconds > 0, !counts.isEmpty else {
            throw ValidationError("--nodes, --seconds and --budgets are 1 or more, and --concurrency 2.")
        }
    }

    private var counts: [Int] { budgets.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 } }

    func run() async throws {
        print("nodes  budgets  requests/s  per commit  round trips/request  processor µs/request")
        for count in counts {
            let began = try (0..<nodes).map { _ in try Node(open(), concurrency: concurrency, budgets: count) }
            let tripsBefore = began.reduce(0) { $0 + $1.roundTrips }
            let ends = Date().addingTimeInterval(seconds)
            let before = processorSeconds()
            let ended = try await withThrowingTaskGroup(of: Node.self) { group in
                for node in began {
                    group.addTask {
                        var node = node
                        try node.run(until: ends)
                        return node
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let used = processorSeconds() - before
            let requests = ended.reduce(0) { $0 + $1.settled }
            let commits = ended.reduce(0) { $0 + $1.commits }
            let trips = ended.reduce(0) { $0 + $1.roundTrips } - tripsBefore
            guard requests > 0 else { throw StoreError("nothing was settled in \(seconds) s") }
            print(
                "\(nodes)      \(count)     \(text(Double(requests) / seconds))  \(text(Double(requests) / Double(commits)))  \(text(Double(trips) / Double(requests)))  \(text(used * 1e6 / Double(requests)))"
            )
        }
        let found = try open().verify()
        print("\(found.pages) pages verify; \(found.openHolds) holds are open")
    }

    private func open() throws -> any Store {
        guard !store.hasPrefix("sqlite:") else {
            return try SQLiteStore(path: String(store.dropFirst(7)), patience: 30)
        }
        return try PostgresStore(url: store, patience: 30)
    }

    private func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func text(_ number: Double) -> String { String(format: "%.2f", number) }
}

/// A writer whose requests are always under way: half of them ask for a hold while the others settle.
private struct Node: Sendable {
    private(set) var settled = 0
    private(set) var commits = 0
    private let store: any Store
    private let concurrency: Int
    private let claims: [BudgetClaim]
    private var random = SystemRandomNumberGenerator()
    private static let target = Target(provider: "mock", model: "model")

    init(_ store: any Store, concurrency: Int, budgets: Int) throws {
        self.store = store
        self.concurrency = concurrency
        let now = Self.now
        claims = (0..<budgets).compactMap { index in
            BudgetRule(
                name: "bench-\(budgets)-\(index)", scope: [:], limit: Money(nanodollars: .max / 4), period: .total
            ).claim(by: BudgetSubject(key: "bench", target: Self.target), at: now)
        }
    }

    var roundTrips: Int { (store as? PostgresStore)?.roundTrips ?? 0 }

    mutating func run(until end: Date) throws {
        var open: [Hold] = []
        while Date() < end {
            let new = (0..<concurrency / 2).map { hold($0) }
            let outcomes = try store.apply(new.map { .hold($0) } + open.map(settlement))
            guard
                outcomes.allSatisfy({
                    switch $0 {
                    case .held, .settled(_, late: false, _): true
                    default: false
                    }
                })
            else { throw StoreError("the store did not do what it was asked") }
            settled += open.count
            commits += 1
            open = new
        }
        _ = try store.apply(open.map(settlement))
        settled += open.count
        commits += 1
    }

    private mutating func hold(_ index: Int) -> Hold {
        let now = Self.now
        return Hold(
            attempt: AttemptID(request: RequestID(at: now, using: &random), number: 1), amount: Money(nanodollars: 900),
            claims: [claims[(settled + index) % claims.count]], expiresAt: now + .seconds(600), target: Self.target,
            attribution: Attribution(key: "bench", endpoint: "chat"))
    }

    private func settlement(of hold: Hold) -> LedgerOperation {
        .settle(
            Settlement(
                hold: hold,
                entry: LedgerEntry(
                    attempt: hold.attempt, at: Self.now, attribution: hold.attribution, target: hold.target,
                    outcome: .completed, status: 200, usage: Usage(input: 200, output: 20),
                    cost: Money(nanodollars: 800), estimated: false, reportedCost: nil, rateCardVersion: "bench",
                    duration: Milliseconds(300), firstContent: Milliseconds(100))))
    }

    private static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
}
