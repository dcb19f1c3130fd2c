/// Where the ledger is kept.
public enum StoreSettings: Hashable, Sendable {
    /// A file, beside which SQLite puts its write-ahead log.
    case sqlite(path: String)
    /// A database on a server, which any number of gateways share.
    case postgres(PostgresURL)

    public static let standard = StoreSettings.sqlite(path: "tuppence.db")
}

/// What is wrong with the address of a store. It never quotes it, as that may contain a password.
public struct StoreURLError: Error {
    public let message, remedy: String
}

extension StoreSettings {
    /// Reads `sqlite:tuppence.db` or `postgres://user@host/database`.
    public init(url text: String) throws(StoreURLError) {
        let remedy =
            "Write 'sqlite:' and the path of a file: sqlite:tuppence.db or sqlite:/var/lib/tuppence/tuppence.db. Or the address of a PostgreSQL database: postgres://user@host/database."
        if text.hasPrefix("postgres:") || text.hasPrefix("postgresql:") {
            guard let url = PostgresURL(text) else {
                throw StoreURLError(
                    message: "this is no address of a PostgreSQL database.",
                    remedy:
                        "Write postgres://user@host/database?sslmode=verify-full. In a password write % / @ : ? # and spaces as %25 %2F %40 %3A %3F %23 %20, or leave it to PGPASSWORD or ~/.pgpass."
                )
            }
            self = .postgres(url)
        } else if text.hasPrefix("sqlite://") || text == "sqlite:" || !text.hasPrefix("sqlite:") {
            throw StoreURLError(message: "this is no store.", remedy: remedy)
        } else if text == "sqlite::memory:" {
            throw StoreURLError(message: "a ledger in memory would forget what was spent.", remedy: remedy)
        } else {
            self = .sqlite(path: String(text.dropFirst("sqlite:".count)))
        }
    }
}

extension StoreSettings: CustomStringConvertible {
    /// As it is written, without a password.
    public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgres(let url): url.description
        }
    }
}

/// The store, and what stands in for it while it cannot be written.
struct StoreSection {
    private(set) var settings = StoreSettings.standard
    /// The path of a file; nil where nothing stands in.
    private(set) var emergencyJournal: String?

    /// Reads `store: sqlite:tuppence.db`, `store: postgres://user@host/database` or `store: { url: sqlite:tuppence.db, emergency_journal: /mnt/other/t.journal }`.
    init(_ section: YAMLCursor?) {
        guard let section, !section.isNull else { return }
        if section.node.mapping == nil { readURL(section) } else { readFields(section) }
    }

    private mutating func readFields(_ section: YAMLCursor) {
        guard let fields = section.fields(of: "'store'", ["url", "emergency_journal"]) else { return }
        if let url = fields["url"] { readURL(url) }
        if let journal = fields["emergency_journal"] { readJournal(journal) }
    }

    private mutating func readURL(_ cursor: YAMLCursor) {
        guard let text = cursor.text("a store such as sqlite:tuppence.db")?.value else { return }
        do throws(StoreURLError) { settings = try StoreSettings(url: text) } catch {
            cursor.report(error.message, error.remedy)
        }
    }

    private mutating func readJournal(_ cursor: YAMLCursor) {
        guard let path = cursor.text("the path of a file")?.value else { return }
        if case .sqlite(let store) = settings, [store, store + "-wal", store + "-shm"].contains(path) {
            return cursor.report(
                "the emergency journal can't be the store's own file.", "Name another, best on another disk.")
        }
        emergencyJournal = path
    }
}
