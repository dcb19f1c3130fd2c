import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceJournal
import TuppenceStore

/// What moving the oldest pages of a ledger has come to.
package enum ArchiveOutcome: Sendable {
    /// No pages that old can be taken away.
    case nothing
    case moved(JournalVerification)
    /// The archive had been made before, by one that was interrupted, or that was not.
    case finished(JournalVerification)
}

extension Administration {
    /// Moves the pages that were written before `time` into an archive, a store of its own at `path`, and checks that first.
    ///
    /// An archive that is there already and fits the ledger is one that was interrupted: the rest is done then.
    ///
    /// - Returns: what there is to tell, and how many pages an earlier archive had left that were removed now.
    package func archive(
        before time: Timestamp, into path: String, by actor: Actor, at now: Timestamp
    ) throws -> (outcome: ArchiveOutcome, remains: Int) {
        guard now - time >= StoreArchive.shortestAge else {
            throw AdministrationError(
                .invalid,
                "What is archived must be 31 days old, as settlements may come late: nothing after \((now + Milliseconds(-StoreArchive.shortestAge.count)).iso8601)."
            )
        }
        guard try !store.isArchive() else { throw AdministrationError(.invalid, "This is an archive already.") }
        let archive = StoreArchive(of: store)
        let remains = try archive.removeRemains()
        if remains > 0 {
            let detail = "\(remains) pages removed that an archive before had left"
            try store.note(AuditRecord(actor, "ledger.archive", path, detail: detail, at: now))
        }
        let file = ArchiveFile(path)
        if let earlier = try file.verified() {
            if try earlier.summary == store.journalCheckpoint() { return (.finished(earlier), remains) }
            guard try earlier.checkpoint == store.journalCheckpoint() else {
                throw AdministrationError(
                    .conflict, "\(path) is an archive of other pages than the ledger begins with. Name another file.")
            }
            try begin(behind: earlier, archive, path, actor, now)
            return (.finished(earlier), remains)
        }
        guard let last = try archive.lastPage(before: time) else { return (.nothing, remains) }
        let found = try file.write { try archive.copy(upTo: last, to: $0) }
        try begin(behind: found, archive, path, actor, now)
        return (.moved(found), remains)
    }

    private func begin(
        behind found: JournalVerification, _ archive: StoreArchive, _ path: String, _ actor: Actor, _ now: Timestamp
    ) throws {
        let detail =
            "\(found.pages) pages up to page \(found.lastPage) of \(found.until.iso8601), seal \(found.seal.hexadecimal)"
        try archive.begin(behind: found, AuditRecord(actor, "ledger.archive", path, detail: detail, at: now))
        try archive.removeRemains()
    }
}

extension [UInt8] {
    /// Two digits a byte.
    package var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
