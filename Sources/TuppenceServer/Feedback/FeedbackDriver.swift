import NIOCore
import TuppenceCore
import TuppenceDialects

/// Takes what a caller says of an answer to the books, on one event loop.
final class FeedbackDriver: LoopTask {
    private let loop: LoopContext
    /// Until it has its answer or has gone.
    private var client: ClientConnection?
    private let key: Key
    private let feedback: Feedback
    private var token = 0
    private var askedAt: Timestamp
    private var isOwed = false

    /// - Throws: a refusal where the body cannot be read, or there are no books.
    init(_ request: PendingRequest, key: Key, client: ClientConnection) throws(Refusal) {
        self.client = client
        self.key = key
        loop = client.loop
        let now = client.loop.now
        askedAt = now
        feedback = try request.withBody { (bytes) throws(Refusal) in try FeedbackBody.read(bytes, at: now) }
        guard loop.books != nil else {
            throw Refusal(.ledgerUnavailable, "This gateway's store keeps no feedback.")
        }
    }

    func begin() {
        token = loop.register(self)
        // Which may have been the first look at the clock for long.
        askedAt = loop.now
        isOwed = true
        loop.ask(.feedback(feedback, key: key.name), token: token)
    }

    // MARK: LoopTask

    var hasBegunAnswer: Bool { false }
    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {}
    func clientWritabilityChanged(_ isWritable: Bool) {}

    func booksReplied(_ answer: Result<BooksAnswer, StoreError>) {
        isOwed = false
        guard case .success(.feedback(let isKept)) = answer else { return refuse(.feedbackNotKept) }
        guard isKept else {
            return refuse(Refusal(.notFound, "There is no request of this key with this id.", parameter: "request_id"))
        }
        var json = JSONObject()
        json.add("object", "feedback")
        json.add("request_id", feedback.request.description)
        over { $0.send(LocalAnswer(json: json.bytes)) }
    }

    func clockWasSet(by step: Milliseconds) { askedAt.move(by: step) }

    func timePassed(_ now: Timestamp) {
        if client != nil, now - askedAt > loop.settings.booksTimeout { refuse(.feedbackNotKept) }
    }

    func clientGone() { client = nil }

    func sendAway() -> Bool {
        refuse(.shuttingDown)
        return true
    }

    private func refuse(_ refusal: Refusal) { over { $0.refuse(refusal) } }

    /// One that is owed an answer stays, for its place must not be another's when that comes.
    private func over(_ answer: (ClientConnection) -> Void) {
        let client = client
        self.client = nil
        if !isOwed { loop.unregister(self, token) }
        if let client { answer(client) }
    }
}

extension Refusal {
    fileprivate static let feedbackNotKept = Refusal(
        .ledgerUnavailable,
        "The feedback could not be kept. Try again shortly: what is kept already is not kept twice.",
        retryAfter: .seconds(1))
}
