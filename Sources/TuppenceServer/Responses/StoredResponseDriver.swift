import NIOCore
import TuppenceCore
import TuppenceDialects

/// Looks an answer up that was kept: to show it, to delete it, or to have a request go on from it or say what that would cost.
final class StoredResponseDriver: LookupTask {
    enum Purpose {
        case show(StoredResponseCall)
        case goOn(PendingRequest, GovernedEndpoint, from: String)
        case quote(PendingRequest, from: String)
    }

    var lookup: PendingLookup
    private let purpose: Purpose
    private let key: Key
    private let snapshot: GatewaySnapshot
    /// What is still to be forgotten of an answer that has been found and is being deleted, the last first.
    private var deleting: [CacheKey]?

    init(_ purpose: Purpose, key: Key, snapshot: GatewaySnapshot, client: ClientConnection) {
        self.purpose = purpose
        self.key = key
        self.snapshot = snapshot
        lookup = PendingLookup(for: client)
    }

    private var id: String {
        switch purpose {
        case .show(let call): call.id
        case .goOn(_, _, let id), .quote(_, let id): id
        }
    }

    func begin() {
        register()
        guard let responses = snapshot.responses,
            wait(for: loop.lookUp(responses.place(of: id, key), in: responses.answers, for: self))
        else { return refuse(.noSuchResponse(id, purpose)) }
    }

    func found(_ answer: CachedAnswer?) {
        if deleting != nil { return forgetNext() }
        guard let responses = snapshot.responses, let answer, let age = answer.age(at: loop.now),
            age <= responses.keptFor, let response = ResponsesConversation.answer(answer.body)
        else { return refuse(.noSuchResponse(id, purpose)) }
        switch purpose {
        case .show(let call): show(call, answer.body, response, responses.place(of: id, key), in: responses)
        case .goOn(let request, let endpoint, _):
            guard expand(request, from: answer) else { return }
            over { $0.generateWithItems(endpoint, request, key: key, snapshot: snapshot) }
        case .quote(let request, _):
            guard expand(request, from: answer) else { return }
            over { $0.quoteWithItems(request, key: key, snapshot: snapshot) }
        }
    }

    /// - Returns: false where it has been refused.
    private func expand(_ request: PendingRequest, from found: CachedAnswer) -> Bool {
        do throws(Refusal) {
            guard let body = ResponsesConversation.expanded(Array(request.body.readableBytesView), from: found.body)
            else { throw .noSuchResponse(id, purpose) }
            let limit = loop.settings.maximumBodyBytes
            guard body.count <= limit else { throw .bodyTooLarge(limit) }
            try request.goOn(with: ByteBuffer(bytes: body), from: id, of: found.target.provider, by: loop.settings.load)
            return true
        } catch {
            refuse(error)
            return false
        }
    }

    private func show(
        _ call: StoredResponseCall, _ kept: [UInt8], _ answer: [UInt8], _ place: CacheKey, in responses: StoredResponses
    ) {
        switch call.wish {
        case .answer: over { $0.send(LocalAnswer(json: answer)) }
        case .events(let number):
            guard let events = ResponsesReplay.events(of: answer, after: number) else {
                return refuse(.noSuchResponse(id, purpose))
            }
            over { $0.send(LocalAnswer(events: events)) }
        case .input(let list): over { $0.send(LocalAnswer(json: list.write(kept, of: id))) }
        case .deletion:
            // Itself at the end, so that one of which something is left can be found again.
            deleting = [place] + ResponsesConversation.itemIDs(answer).map { responses.place(ofItem: $0, key) }
            forgetNext()
        }
    }

    private func forgetNext() {
        guard let place = deleting?.popLast() else { return deleted() }
        guard let responses = snapshot.responses, wait(for: loop.forget(place, in: responses.answers, for: self))
        else { return unknown() }
    }

    private func deleted() {
        var json = JSONWriter()
        json.object { json in
            json.member("id", JSONString(id))
            json.member("object", literal: "response")
            json.member("deleted", true)
        }
        over { $0.send(LocalAnswer(json: json.bytes)) }
    }

    /// Not found would say that it is not there.
    func unknown() {
        let what =
            deleting != nil
            ? "Whether the answer was deleted is not known" : "What is kept of earlier answers could not be read"
        refuse(Refusal(.internalError, "\(what). Try again.", retryAfter: .seconds(1)))
    }

    func refuse(_ refusal: Refusal) { over { $0.refuse(refusal) } }
}

extension Refusal {
    fileprivate static func noSuchResponse(_ id: String, _ purpose: StoredResponseDriver.Purpose) -> Refusal {
        var refusal = Refusal(
            .notFound,
            "There is no answer '\(id.prefix(80))' of this key's: it was not to be kept, has become too old, or was deleted. Send the conversation whole."
        )
        if case .show = purpose {} else { refusal.parameter = "previous_response_id" }
        return refusal
    }
}
