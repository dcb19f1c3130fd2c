import TuppenceCore
import TuppenceStore

/// What somebody has changed, for programs.
package struct AuditLine: Encodable, Sendable {
    package var at: String
    package var actor: String
    package var origin: String
    package var action: String
    package var subject: String
    package var detail: String
}

extension Administration {
    /// How many lines are told at once.
    package static let pageSizes = 1...500

    /// Lines of the ledger, the newest first. A page may have fewer lines than asked for, or none, and others follow all the
    /// same: so much of the ledger is looked at for one page, and no more.
    package func ledger(_ query: LedgerQuery, limit: Int, cursor: String?) throws -> ListPage<LedgerLine> {
        let before = try cursor.map { text in
            guard let place = LedgerPlace(text) else { throw Self.noCursor }
            return place
        }
        let found = try store.stretch(
            before: before, since: query.since, until: query.until, limit: limit, reading: LedgerStretch.pageBytes,
            where: query.matcher)
        return ListPage(data: found.lines.map(LedgerLine.init), nextCursor: found.next?.description)
    }

    /// All attempts of one request, the first one first.
    package func attempts(of text: String) throws -> [LedgerLine] {
        guard let id = RequestID(text) else {
            throw AdministrationError(.invalid, "'\(text)' is no id of a request.")
        }
        let found = try store.lines(of: id).sorted { $0.entry.attempt.number < $1.entry.attempt.number }
        guard !found.isEmpty else {
            throw AdministrationError(.notFound, "The ledger has no request with the id \(text).")
        }
        return found.map(LedgerLine.init)
    }

    /// What was changed by whom, the newest first.
    package func audit(limit: Int, cursor: String?) throws -> ListPage<AuditLine> {
        let before = try cursor.map { text in
            guard let id = Int64(text), id > 0 else { throw Self.noCursor }
            return id
        }
        let found = try store.auditRecords(limit: limit, before: before)
        let lines = found.map { _, record in
            AuditLine(
                at: record.at.iso8601, actor: record.actor, origin: record.origin, action: record.action,
                subject: record.subject, detail: record.detail)
        }
        return ListPage(data: lines, nextCursor: found.count == limit ? found.last.map { "\($0.id)" } : nil)
    }

    static let noCursor = AdministrationError(
        .invalid, "The cursor is none that was given out here: take it from the page before.")
}
