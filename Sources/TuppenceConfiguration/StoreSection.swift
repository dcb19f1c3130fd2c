/// Where the ledger is kept.
public enum StoreSettings: Hashable, Sendable {
    /// A file, beside which SQLite puts its write-ahead log.
    case sqlite(path: String)

    public static let standard = StoreSettings.sqlite(path: "tuppence.db")
}

extension StoreSettings {
    /// Reads `store: sqlite:tuppence.db`. The text is never quoted, as the address of a database may contain a password.
    init(_ section: YAMLCursor?) {
        self = .standard
        guard let section, !section.isNull, let text = section.text("a store such as sqlite:tuppence.db")?.value else {
            return
        }
        let remedy =
            "Write 'sqlite:' and the path of a file: sqlite:tuppence.db or sqlite:/var/lib/tuppence/tuppence.db."
        if text.hasPrefix("postgres:") || text.hasPrefix("postgresql:") {
            section.report("a PostgreSQL store is not available in this version.", remedy)
        } else if text.hasPrefix("sqlite://") || text == "sqlite:" || !text.hasPrefix("sqlite:") {
            section.report("this is no store.", remedy)
        } else if text == "sqlite::memory:" {
            section.report("a ledger in memory would forget what was spent.", remedy)
        } else {
            self = .sqlite(path: String(text.dropFirst("sqlite:".count)))
        }
    }
}
