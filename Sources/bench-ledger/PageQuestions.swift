import TuppenceAdministration
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceStore

/// What the console's pages ask, by the code that they ask it with.
struct PageQuestions {
    private let administration: Administration
    private let store: any Store
    private let figures = ArmFigures()
    private let now: Timestamp

    init(store: any Store, now: Timestamp) throws {
        let configuration = try Configuration.parse(Self.budgets, file: "bench-ledger", environment: [:])
        administration = Administration(store: store, loaded: LoadedConfiguration(configuration, path: nil))
        self.store = store
        self.now = now
    }

    /// Like those of ``Traffic``.
    private static let budgets = """
        budgets:
          - { name: each-provider-monthly, scope: { provider: each }, limit: $1000000, per: month }
          - { name: each-key-daily, scope: { key: each }, limit: $1000000, per: day }
        """

    typealias Question = (name: String, ask: () throws -> Void)

    func all(about known: (key: String, old: RequestID)) -> [Question] {
        var ofKey = LedgerQuery()
        ofKey.key = known.key
        var failures = LedgerQuery()
        failures.outcome = .failed
        return [
            ("page overview", { _ = try administration.overview(at: now) }),
            ("page requests, the first one", { try requests(LedgerQuery()) }),
            ("page requests, of a key", { try requests(ofKey) }),
            ("page requests, those that failed", { try requests(failures) }),
            ("page of one request, a year old", { _ = try administration.records(of: known.old) }),
            ("page experiments, 7 days, asked first", { try experiments(ofDays: 7) }),
            ("page experiments, asked again", { try experiments(ofDays: 7) }),
            ("page experiments, 90 days, asked first", { try experiments(ofDays: 90) }),
            ("page experiments, 90 days, asked again", { try experiments(ofDays: 90) }),
        ]
    }

    private func requests(_ query: LedgerQuery) throws {
        let found = try administration.requests(query, .all, refused: [], from: RequestsPlace(), limit: 50)
        guard !found.lines.isEmpty else { throw StoreError("a page of requests is empty") }
    }

    private func experiments(ofDays count: Int) throws {
        guard try !figures.experiments(ofDays: count, in: store, at: now).isEmpty else {
            throw StoreError("there is an experiment, and no figures of it")
        }
    }
}
