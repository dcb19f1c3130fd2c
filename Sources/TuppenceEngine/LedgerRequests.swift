import Foundation
import TuppenceCore
import TuppenceThreads

/// What has been asked of the writer and not yet taken.
struct LedgerRequests: MailboxContents {
    fileprivate var asked = LedgerBatch()
    /// Settlements and notes that failed, to be tried again with the next sweep.
    fileprivate var later = LedgerBatch()

    var isEmpty: Bool { asked.isEmpty }
}

extension Mailbox<LedgerRequests> {
    /// Takes all of `batch`, which is empty after.
    func post(_ batch: inout LedgerBatch) {
        post { requests, _ in
            if requests.asked.isEmpty {
                swap(&requests.asked, &batch)
            } else {
                requests.asked.append(contentsOf: batch)
            }
        }
        batch.removeAll()
    }

    /// Keeps what has happened for another try.
    func postLater(_ operation: LedgerOperation) { withContents { $0.later.append(operation) } }

    /// Everything there is, after waiting for something until `time` at most.
    func take(until time: Date) -> (batch: LedgerBatch, isClosed: Bool) {
        let (batch, isClosed) = take(until: time) { requests in
            let taken = requests.asked
            requests.asked = LedgerBatch(roomLike: taken)
            return taken
        }
        return (batch, isClosed)
    }

    /// What is to be tried again.
    func takeLater() -> LedgerBatch {
        withContents { requests in
            let taken = requests.later
            requests.later = LedgerBatch()
            return taken
        }
    }
}
