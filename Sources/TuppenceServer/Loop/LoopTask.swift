import TuppenceCore

/// A request that an event loop is answering. Touched on that loop only.
protocol LoopTask: AnyObject {
    /// Whether the caller has been sent some of the answer.
    var hasBegunAnswer: Bool { get }
    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>)
    /// What the books know, to those who have asked.
    func booksReplied(_ answer: Result<BooksAnswer, StoreError>)
    func timePassed(_ now: Timestamp)
    /// The clock was set back by `step`, a span below 0: times that were noted before move along.
    func clockWasSet(by step: Milliseconds)
    func clientGone()
    /// The gateway ends: the caller is told so in place of an answer, or at the end of what there is of it.
    ///
    /// - Returns: false where nobody waits for it.
    func sendAway() -> Bool
    func clientWritabilityChanged(_ isWritable: Bool)
}

extension LoopTask {
    func booksReplied(_ answer: Result<BooksAnswer, StoreError>) {}
}
