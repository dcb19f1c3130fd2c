import Foundation
import Logging
import Synchronization
import TuppenceCore
import TuppenceThreads

/// Answers in one SQLite file, read and written by one thread of its own.
///
/// Losing the file loses nothing that matters: where it turns out to be broken it is set aside and begun anew, and where
/// it can be neither read nor written the cache finds nothing until it can.
public final class CacheFile: AnswerCache {
    private let path: String
    private let bounds: Mutex<CacheBounds>
    private let mailbox = Mailbox(CacheRequests())
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    /// When it was last said that the file cannot be used: a full disk is not news with every request.
    private let lastComplaint = Mutex(Date.distantPast)

    /// How often old answers are looked for, and a file that could not be opened is tried again.
    private static let sweepInterval = 1.0
    private static let retryInterval = 60.0

    public init(path: String, bounds: CacheBounds, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.path = path
        self.bounds = Mutex(bounds)
        self.logger = logger
        self.now = now
    }

    /// A file that belongs to the ledger at `store`: `tuppence-cache.db` beside `tuppence.db`.
    public static func path(of purpose: String, beside store: String) -> String {
        store.hasSuffix(".db") ? "\(store.dropLast(3))-\(purpose).db" : "\(store)-\(purpose)"
    }

    /// Other bounds, from now on.
    public func apply(_ bounds: CacheBounds) { self.bounds.withLock { $0 = bounds } }

    /// Starts the thread. Call it once.
    public func start() {
        let thread = Thread { [self] in run() }
        thread.name = "cache"
        thread.start()
    }

    /// Writes what has been given so far, then ends the thread. Blocks until that is done; lookups find nothing from now on.
    public func stop() { mailbox.close() }

    // MARK: AnswerCache

    public var maximumBodyBytes: Int { bounds.withLock { $0.maximumBodyBytes } }

    public func lookUp(_ key: CacheKey, for port: any CachePort, token: Int) {
        ask(.lookUp(key, port, token), for: port, token: token)
    }

    public func keep(_ answer: CachedAnswer, under key: CacheKey) {
        guard answer.body.count <= maximumBodyBytes else { return }
        // Nobody waits for it: where the disk does not keep up, the newest ones are not kept.
        _ = post(.keep(answer, key))
    }

    public func forget(_ key: CacheKey, for port: any CachePort, token: Int) {
        ask(.forget(key, port, token), for: port, token: token)
    }

    private func ask(_ message: CacheRequests.Message, for port: any CachePort, token: Int) {
        if !post(message) { port.cacheReplied([CacheReply(token: token, found: nil, isKnown: false)]) }
    }

    /// - Returns: false if it was not taken.
    private func post(_ message: CacheRequests.Message) -> Bool {
        mailbox.post { requests, isClosed in isClosed ? false : requests.add(message) }
    }

    // MARK: The thread

    private func run() {
        var database = open()
        var lastTry = Date()
        var lastSweep = Date.distantPast
        while true {
            let (batch, isClosed) = mailbox.take(until: Date().addingTimeInterval(Self.sweepInterval)) {
                $0.takeAll()
            }
            if database == nil, Date().timeIntervalSince(lastTry) > Self.retryInterval {
                lastTry = Date()
                database = open()
            }
            let unwritten = answer(batch, from: &database)
            change(&database) { try $0.keep(unwritten, within: bounds.withLock { $0 }) }
            if isClosed || Date().timeIntervalSince(lastSweep) >= Self.sweepInterval {
                lastSweep = Date()
                change(&database) { try $0.sweep(at: now(), within: bounds.withLock { $0 }) }
            }
            if isClosed { break }
        }
        database = nil
        mailbox.finished()
    }

    /// Answers what was asked in a batch in order, and returns what it brought to be written. What is yet to be written is
    /// found already.
    private func answer(
        _ batch: [CacheRequests.Message], from database: inout CacheDatabase?
    ) -> [CacheKey: CachedAnswer] {
        var unwritten: [CacheKey: CachedAnswer] = [:]
        var replies = CacheReplies()
        for message in batch {
            switch message {
            case .keep(let answer, let key): unwritten[key] = answer
            case .forget(let key, let port, let token):
                unwritten[key] = nil
                let isForgotten = change(&database) { try $0.forget(key) }
                replies.add(CacheReply(token: token, found: nil, isKnown: isForgotten), for: port)
            case .lookUp(let key, let port, let token):
                var found = unwritten[key]
                var isKnown = true
                if found == nil { isKnown = change(&database) { found = try $0.find(key, at: now()) } }
                replies.add(CacheReply(token: token, found: found, isKnown: isKnown), for: port)
            }
        }
        replies.send()
        return unwritten
    }

    /// Does something with the database, if there is one; a broken one is set aside and begun anew.
    ///
    /// - Returns: whether it was done.
    @discardableResult
    private func change(_ database: inout CacheDatabase?, _ body: (CacheDatabase) throws -> Void) -> Bool {
        guard let open = database else { return false }
        do {
            try body(open)
            return true
        } catch {
            guard CacheDatabase.isBroken(error) else {
                complainOnce(error)
                return false
            }
            database = nil
            complain("is broken and was begun anew", error)
            setAside()
            database = self.open()
            return false
        }
    }

    private func open() -> CacheDatabase? {
        do { return try CacheDatabase(path: path) } catch {
            guard CacheDatabase.isBroken(error) else {
                complain("could not be opened; nothing is cached until it can be", error)
                return nil
            }
            complain("is broken and was begun anew", error)
            setAside()
        }
        do { return try CacheDatabase(path: path) } catch {
            complain("could not be begun anew; nothing is cached until it can be", error)
            return nil
        }
    }

    private func complainOnce(_ error: any Error) {
        let isNews = lastComplaint.withLock { last in
            guard Date().timeIntervalSince(last) > Self.retryInterval else { return false }
            last = Date()
            return true
        }
        if isNews { complain("could not be used", error) }
    }

    private func complain(_ what: String, _ error: any Error) {
        logger.warning("the cache \(what)", metadata: ["file": "\(path)", "error": "\(error)"])
    }

    /// Keeps what is left of a broken file for whoever wants to see it, the last one only.
    private func setAside() {
        let files = FileManager.default
        for suffix in ["-wal", "-shm"] where files.fileExists(atPath: path + suffix) { remove(path + suffix) }
        let grave = path + ".broken"
        if files.fileExists(atPath: grave) { remove(grave) }
        do { try files.moveItem(atPath: path, toPath: grave) } catch {
            complain("could not be set aside", error)
            remove(path)
        }
    }

    private func remove(_ path: String) {
        do { try FileManager.default.removeItem(atPath: path) } catch { complain("could not be removed", error) }
    }
}

/// How much may be kept, and for how long.
public struct CacheBounds: Hashable, Sendable {
    /// Of the file; its write-ahead log has some megabytes more.
    public var maximumBytes: Int
    public var keptFor: Milliseconds

    public init(maximumBytes: Int, keptFor: Milliseconds) {
        self.maximumBytes = maximumBytes
        self.keptFor = keptFor
    }

    /// One answer may not drive out all others, nor hold up an event loop.
    var maximumBodyBytes: Int { min(maximumBytes / 16, 8 << 20) }
}

/// Replies by the port that they go to: there are as many ports as event loops.
private struct CacheReplies {
    private var ports: [(port: any CachePort, replies: [CacheReply])] = []

    mutating func add(_ reply: CacheReply, for port: any CachePort) {
        if let index = ports.firstIndex(where: { $0.port === port }) {
            ports[index].replies.append(reply)
        } else {
            ports.append((port, [reply]))
        }
    }

    func send() { for (port, replies) in ports { port.cacheReplied(replies) } }
}
