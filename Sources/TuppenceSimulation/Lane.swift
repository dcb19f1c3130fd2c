import TuppenceCore

/// Where one attempt of an exchange runs: the one in flight has its own, and so has one beside it.
final class Lane {
    /// The attempt, where it was started beside another.
    let hedge: Exchange.Attempt?
    /// The connection that counts; 0 for none, so that what an old one still says reaches nobody.
    var connection = 0
    /// When the attempt left first, by the gateway's clock, and how long its first content took.
    private(set) var sent: (attempt: AttemptID, at: Timestamp)?
    private(set) var firstContent: Milliseconds?
    /// Whether what is sent has a connection, or nothing is.
    var hasLeft = true
    /// Whether the exchange has been told that more may have come, and nothing since.
    var isUnread = false
    /// The hold that was asked for last, as the ledger was asked for it.
    var hold: Hold?
    /// Which answer of the ledger is waited for.
    var waitingFor: Int?

    init(hedge: Exchange.Attempt? = nil) { self.hedge = hedge }

    func leaves(_ attempt: AttemptID, at now: Timestamp) {
        guard sent?.attempt != attempt else { return }
        sent = (attempt, now)
        firstContent = nil
    }

    /// Something of the answer has come, or its end.
    func answers(at now: Timestamp) {
        if let sent, firstContent == nil { firstContent = now - sent.at }
    }
}
