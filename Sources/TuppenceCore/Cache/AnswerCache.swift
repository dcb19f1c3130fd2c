/// Where answers are kept. All calls return at once and may be made on an event loop; what there is to do is done
/// elsewhere. A cache that cannot do it says nothing: a lookup then finds nothing.
public protocol AnswerCache: AnyObject, Sendable {
    /// The largest body that it keeps, in bytes.
    var maximumBodyBytes: Int { get }

    /// Looks for what is kept under `key`, however old, and tells `port` under `token`. It answers each lookup once.
    func lookUp(_ key: CacheKey, for port: any CachePort, token: Int)

    /// Keeps `answer` in place of what is there under `key`. It may be dropped where more comes than can be written.
    func keep(_ answer: CachedAnswer, under key: CacheKey)

    /// Lets go of what is kept under `key`, and tells `port` under `token` that nothing is found any more, or that it is
    /// not known. It answers each call once.
    func forget(_ key: CacheKey, for port: any CachePort, token: Int)
}

/// Where what was found goes; called from the cache's own thread, several answers at once where there are several.
public protocol CachePort: AnyObject, Sendable {
    func cacheReplied(_ replies: [CacheReply])
}

public struct CacheReply: Sendable {
    /// The asker's own number for what it asked.
    public let token: Int
    public let found: CachedAnswer?
    /// Whether it could be looked for, or forgotten: nothing found says nothing otherwise.
    public let isKnown: Bool

    public init(token: Int, found: CachedAnswer?, isKnown: Bool = true) {
        self.token = token
        self.found = found
        self.isKnown = isKnown
    }
}
