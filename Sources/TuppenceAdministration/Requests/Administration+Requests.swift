import TuppenceCore
import TuppenceJournal
import TuppenceStore

/// Which requests are meant by how they ended.
package enum RequestKinds: Sendable {
    /// What was refused as well.
    case all
    case booked
    case refused
}

extension Administration {
    /// Attempts and refusals, the newest first, from `place` on. As with ``ledger(_:limit:cursor:)``, a stretch may be short, and
    /// others follow all the same.
    ///
    /// - Parameter refused: what the gateway has refused of late, the newest request first.
    package func requests(
        _ query: LedgerQuery, _ kinds: RequestKinds, refused: [RefusedRequest], from place: RequestsPlace, limit: Int
    ) throws -> RequestStretch {
        let wanted =
            kinds == .booked
            ? []
            : refused.filter { one in
                query.matches(one) && place.refused.map { one.id < $0 } ?? true
            }
        let attempts =
            kinds == .refused
            ? LedgerStretch(lines: [], next: nil, reached: Timestamp(milliseconds: 0))
            : try store.stretch(
                before: place.ledger, since: query.since, until: query.until, limit: limit,
                reading: LedgerStretch.pageBytes,
                where: query.matcher)
        var found = RequestStretch(attempts, wanted, from: place, limit: limit)
        if kinds != .refused, attempts.next == nil { found.beginning = try beginning(from: query.since) }
        return found
    }

    /// What was refused of late, the newest request first.
    package static func refusals(
        _ refused: [RefusedRequest], where query: LedgerQuery, code: String?, limit: Int, cursor: String?
    ) throws -> ListPage<RefusalLine> {
        let before = try cursor.map { text in
            guard let id = RequestID(text) else { throw noCursor }
            return id
        }
        let found = refused.filter { one in
            query.matches(one) && (code == nil || one.code.name == code) && before.map { one.id < $0 } ?? true
        }
        return ListPage(
            data: found.prefix(limit).map(RefusalLine.init),
            nextCursor: found.count > limit ? found[limit - 1].id.description : nil)
    }

    /// What to say to whoever asks for requests from `start` on, where not all of them are there any more; nil for all of them.
    package func beginning(from start: Timestamp?) throws -> String? {
        guard let checkpoint = try store.journalCheckpoint(), start.map(checkpoint.isAfter) ?? true else { return nil }
        return checkpoint.sentence
    }

    /// One request: all that the books say of it.
    package func records(of id: RequestID) throws -> RequestRecords {
        RequestRecords(try store.records(of: id), prices: loaded.configuration.policy.prices)
    }
}
