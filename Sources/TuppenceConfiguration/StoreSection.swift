/// Where the ledger is kept.
public enum StoreSettings: Hashable, Sendable {
    /// A file, beside which SQLite puts its write-ahead log.
    case sqlite(path: String)

    public static let standard = StoreSettings.sqlite(path: "tuppence.db")
}

/// The store, and what stands in for it while it cannot be written.
struct StoreSection {
    private(set) var settings = StoreSettings.standard
    /// The path of a file; nil where nothing stands in.
    private(set) var emergencyJournal: String?

    /// Reads `store: sqlite:tuppence.db` or `store: { url: sqlite:tuppence.db, emergency_journal: /mnt/other/t.journal }`.
    init(_ section: YAMLCursor?) {
        guard let section, !section.isNull else { return }
        if section.node.mapping == nil { readURL(section) } else { readFields(section) }
    }

    private mutating func readFields(_ section: YAMLCursor) {
        guard let fields = section.fields(of: "'store'", ["url", "emergency_journal"]) else { return }
        if let url = fields["url"] { readURL(url) }
        if let journal = fields["emergency_journal"] { readJournal(journal) }
    }

    /// The text is never quoted, as the address of a database may contain a password.
    private mutating func readURL(_ cursor: YAMLCursor) {
        guard let text = cursor.text("a store such as sqlite:tuppence.db")?.value else { return }
        let remedy =
            "Write 'sqlite:' and the path of a file: sqlite:tuppence.db or sqlite:/var/lib/tuppence/tuppence.db."
        if text.hasPrefix("postgres:") || text.hasPrefix("postgresql:") {
            cursor.report("a PostgreSQL store is not available in this version.", remedy)
        } else if text.hasPrefix("sqlite://") || text == "sqlite:" || !text.hasPrefix("sqlite:") {
            cursor.report("this is no store.", remedy)
        } else if text == "sqlite::memory:" {
            cursor.report("a ledger in memory would forget what was spent.", remedy)
        } else {
            settings = .sqlite(path: String(text.dropFirst("sqlite:".count)))
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
