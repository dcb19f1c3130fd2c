import NIOCore
import TuppenceCore
import TuppenceDialects

/// Has the items of earlier answers put into a request that refers to them by their ids.
///
/// For an item, whose it is is looked up, and then that answer, which has most of the others with it.
final class ReferencedItemsDriver: LookupTask {
    var lookup: PendingLookup
    private var items: ReferencedItems
    private let request: PendingRequest
    private let responses: StoredResponses
    private let key: Key
    private let goOn: (ClientConnection) -> Void
    /// Who gave the latest of the answers, whose thoughts go along.
    private var provider: String?
    /// Whether it is an answer that is looked for, and not whose an item is.
    private var looksForAnswer = false

    /// - Parameter goOn: what is done once the items are there.
    init(
        _ items: ReferencedItems, of request: PendingRequest, in responses: StoredResponses, key: Key,
        client: ClientConnection, _ goOn: @escaping (ClientConnection) -> Void
    ) {
        self.items = items
        self.request = request
        self.responses = responses
        self.key = key
        self.goOn = goOn
        provider = request.previousProvider
        lookup = PendingLookup(for: client)
    }

    func begin() {
        register()
        lookForNext()
    }

    private func lookForNext() {
        guard let id = items.next else { return finish() }
        looksForAnswer = false
        look(at: responses.place(ofItem: id, key))
    }

    private func look(at place: CacheKey) {
        if !wait(for: loop.lookUp(place, in: responses.answers, for: self)) { unknown() }
    }

    func found(_ answer: CachedAnswer?) {
        guard let answer, let age = answer.age(at: loop.now), age <= responses.keptFor else { return refuse(missing) }
        guard looksForAnswer else {
            looksForAnswer = true
            return look(at: responses.place(of: String(decoding: answer.body, as: UTF8.self), key))
        }
        let provider = self.provider ?? answer.target.provider
        self.provider = provider
        guard items.take(from: answer.body, leavingOutThoughts: answer.target.provider != provider)
        else { return refuse(missing) }
        guard items.count <= loop.settings.maximumBodyBytes
        else { return refuse(.bodyTooLarge(loop.settings.maximumBodyBytes)) }
        lookForNext()
    }

    private func finish() {
        do throws(Refusal) {
            try request.goOn(
                with: ByteBuffer(bytes: items.resolved), from: nil, of: provider, by: loop.settings.load)
        } catch { return refuse(error) }
        over(goOn)
    }

    /// Not found would say that it is not there.
    func unknown() {
        refuse(
            Refusal(
                .internalError, "What is kept of earlier answers could not be read. Try again.", retryAfter: .seconds(1)
            ))
    }

    private var missing: Refusal {
        Refusal(
            .notFound,
            "There is no item '\((items.next ?? "").prefix(80))' of an answer of this key's: the answer was not to be kept, has become too old, or was deleted. Send the item itself.",
            parameter: "input")
    }

    func refuse(_ refusal: Refusal) { over { $0.refuse(request, refusal) } }
}
