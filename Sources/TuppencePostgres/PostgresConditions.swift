import TuppenceCore
import TuppenceStore

/// Whether a server keeps what it has acknowledged, and is one that the gateway works with.
public enum PostgresConditions {
    private static let patience = 5.0
    private static let oldest: Int64 = 130_000

    /// Looks at a server, and changes nothing.
    ///
    /// - Parameter url: as libpq knows them.
    /// - Returns: what is wrong; nothing where nothing is.
    /// - Throws: if it can't be asked.
    public static func look(at url: String) throws(StoreError) -> [StoreCondition] {
        let connection = try PostgresConnection(url: url, readOnly: true)
        for statement in PostgresStore.greeting(patience: patience) {
            try connection.perform(statement, within: patience)
        }
        let rows = try connection.perform(settings, within: patience)
        var found: [StoreCondition] = []
        if try rows.int(0, 0) < oldest {
            found.append(
                StoreCondition(
                    isError: true, "The server is PostgreSQL \(rows.text(0, 1)).", "Use version 13 or later."))
        }
        if rows.bool(0, 2) {
            found.append(
                StoreCondition(
                    isError: true, "The server is a replica, which takes no writes.",
                    "Name the primary, or all of them: postgres://user@host1,host2/database."))
        }
        for (column, name) in [(Int(3), "fsync"), (4, "full_page_writes")] where rows.text(0, column) != "on" {
            found.append(
                StoreCondition(
                    isError: true, "'\(name)' is off on the server: a crash of its machine can damage the ledger.",
                    "Set \(name) = on in postgresql.conf, and reload."))
        }
        // After what a gateway asks of its own sessions.
        if rows.text(0, 5) == "off" {
            found.append(
                StoreCondition(
                    isError: true,
                    "'synchronous_commit' is off and can't be turned on: what is acknowledged can be lost in a crash.",
                    "Let the gateway's user set it, or set synchronous_commit = on."))
        }
        return found
    }

    private static let settings = PostgresStatement(
        "conditions",
        """
        SELECT current_setting('server_version_num')::bigint, current_setting('server_version'), pg_is_in_recovery(),
            current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')
        """)
}
