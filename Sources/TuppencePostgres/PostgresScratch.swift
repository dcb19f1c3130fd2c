import Foundation
import TuppenceCore

/// A schema of its own in a database, for a test or a world of the simulator; dropped with this object.
package final class PostgresScratch: Sendable {
    /// With it as the only place where names are looked for.
    package let url: String
    private let name: String

    package init(url: String) throws(StoreError) {
        name = "scratch_" + UUID().uuidString.lowercased().replacing("-", with: "")
        self.url = "\(url)\(url.contains("?") ? "&" : "?")options=-csearch_path%3D\(name)"
        try run("CREATE SCHEMA \(name)")
    }

    // Nobody is there to hear that it is left over, and the next one has another name.
    deinit { _ = try? run("DROP SCHEMA \(name) CASCADE") }

    /// Performs one statement, on a connection of its own.
    @discardableResult
    func run(_ sql: String) throws(StoreError) -> PostgresRows {
        try PostgresConnection(url: url).perform(PostgresStatement("", sql), within: 10)
    }
}
