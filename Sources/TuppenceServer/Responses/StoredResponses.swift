import Crypto
import TuppenceCore

/// Answers of Responses that callers may go on from by their ids. Each belongs to the key that it was given to.
public final class StoredResponses: Sendable {
    /// How old one may become.
    let keptFor: Milliseconds
    private let open: @Sendable () -> any AnswerCache

    /// - Parameter open: where they are kept; asked for when there is something to keep or to find.
    public init(keptFor: Milliseconds, open: @escaping @Sendable () -> any AnswerCache) {
        self.keptFor = keptFor
        self.open = open
    }

    var answers: any AnswerCache { open() }

    /// What the answer with this id is kept under, if it is the key's.
    func place(of id: String, _ key: Key) -> CacheKey { place("response", id, key) }

    /// Where the id of the answer is kept that the item with this id is of.
    func place(ofItem id: String, _ key: Key) -> CacheKey { place("response item", id, key) }

    private func place(_ what: StaticString, _ id: String, _ key: Key) -> CacheKey {
        let text = "tuppence \(what) 1\n\(key.name.utf8.count):\(key.name)\n\(id)"
        return SHA256.hash(data: Array(text.utf8)).withUnsafeBytes { CacheKey($0) }
    }
}
