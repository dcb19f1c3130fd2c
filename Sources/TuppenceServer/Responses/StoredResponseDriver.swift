import NIOCore
import TuppenceCore
import TuppenceDialects

/// Looks an answer up that was kept: to show it, to delete it, or to have a request go on from it.
final class StoredResponseDriver: LoopTask, CacheWaiter {
    enum Purpose {
        case show(StoredResponseCall)
        case goOn(PendingRequest, from: String)
    }

    private let loop: LoopContext
    /// Until it has its answer or has gone.
    private var client: ClientConnection?
    private let purpose: Purpose
    private let key: Key
    private let snapshot: GatewaySnapshot
    private var token = 0
    private var lookup: Int?
    private let since: Timestamp

    init(_ purpose: Purpose, key: Key, snapshot: GatewaySnapshot, client: ClientConnection) {
        self.purpose = purpose
        self.key = key
        self.snapshot = snapshot
        self.client = client
        loop = client.loop
        since = client.loop.now
    }

    private var id: String {
        switch purpose {
        case .show(let call): call.id
        case .goOn(_, let id): id
        }
    }

    func begin() {
        token = loop.register(self)
        guard let responses = snapshot.responses else { return refuse(.noSuchResponse(id, purpose)) }
        lookup = loop.lookUp(responses.place(of: id, key), in: responses.answers, for: self)
        if lookup == nil { refuse(.noSuchResponse(id, purpose)) }
    }

    func cacheReplied(_ found: CachedAnswer?) {
        lookup = nil
        guard let responses = snapshot.responses, let found, let age = found.age(at: loop.now),
            age <= responses.keptFor, let answer = ResponsesConversation.answer(found.body)
        else { return refuse(.noSuchResponse(id, purpose)) }
        switch purpose {
        case .show(let call): show(call, found.body, answer, responses)
        case .goOn(let request, let id):
            guard let body = ResponsesConversation.expanded(Array(request.body.readableBytesView), from: found.body)
            else { return refuse(.noSuchResponse(id, purpose)) }
            guard body.count <= loop.settings.maximumBodyBytes else {
                return refuse(.bodyTooLarge(loop.settings.maximumBodyBytes))
            }
            request.goOn(with: ByteBuffer(bytes: body), from: id)
            over { $0.generate(.responses, request, key: key, snapshot: snapshot) }
        }
    }

    private func show(
        _ call: StoredResponseCall, _ kept: [UInt8], _ answer: [UInt8], _ responses: StoredResponses
    ) {
        var json = JSONWriter()
        switch call.wish {
        case .answer: return over { $0.send(LocalAnswer(json: answer)) }
        case .input:
            let items = ResponsesConversation.input(kept)
            json.object { json in
                json.member("object", literal: "list")
                json.member(
                    "data",
                    array: { json in for item in call.isAscending ? items : items.reversed() { json.value(item) } })
                json.member("has_more", false)
            }
        case .deletion:
            responses.answers.forget(responses.place(of: call.id, key))
            json.object { json in
                json.member("id", JSONString(call.id))
                json.member("object", literal: "response")
                json.member("deleted", true)
            }
        }
        over { $0.send(LocalAnswer(json: json.bytes)) }
    }

    private func refuse(_ refusal: Refusal) { over { $0.refuse(refusal) } }

    private func over(_ answer: (ClientConnection) -> Void) {
        loop.unregister(self, token)
        let client = client
        self.client = nil
        if let client { answer(client) }
    }

    // MARK: LoopTask

    var hasBegunAnswer: Bool { false }
    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {}
    func clientWritabilityChanged(_ isWritable: Bool) {}

    func timePassed(_ now: Timestamp) {
        guard let lookup, now - since > loop.settings.booksTimeout else { return }
        loop.forgetLookup(lookup)
        self.lookup = nil
        refuse(
            Refusal(
                .internalError, "What is kept of earlier answers could not be read in time. Try again.",
                retryAfter: .seconds(1)))
    }

    func clientGone() {
        client = nil
        if let lookup { loop.forgetLookup(lookup) }
        lookup = nil
        loop.unregister(self, token)
    }
}

extension Refusal {
    fileprivate static func noSuchResponse(_ id: String, _ purpose: StoredResponseDriver.Purpose) -> Refusal {
        var refusal = Refusal(
            .notFound,
            "There is no answer '\(id.prefix(80))' of this key's: it was not to be kept, has become too old, or was deleted. Send the conversation whole."
        )
        if case .goOn = purpose { refusal.parameter = "previous_response_id" }
        return refusal
    }
}
