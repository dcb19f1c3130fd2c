import Synchronization
import TuppenceCore

/// What the process has in hand at the moment, over all event loops.
final class Load: Sendable {
    /// From the end of their heads until they are answered, or nobody has to do with them any more.
    fileprivate let requests = Atomic(0)
    fileprivate let bodyBytes = Atomic(0)
    private let keys = Mutex<[String: KeyLoad]>([:])

    /// What a key has in hand: one for each name, whatever configurations come and go.
    func load(ofKey name: String) -> KeyLoad {
        keys.withLock { keys in
            if let load = keys[name] { return load }
            let load = KeyLoad(name)
            keys[name] = load
            return load
        }
    }
}

/// How many requests a key has in progress.
final class KeyLoad: Sendable {
    let name: String
    fileprivate let requests = Atomic(0)

    fileprivate init(_ name: String) { self.name = name }
}

/// A place among the requests in progress, and one for the bytes of its body. It is given back by ceasing to be.
struct LoadPass: ~Copyable {
    private let load: Load
    private let key: KeyLoad?
    private var bodyBytes = 0

    /// - Parameters:
    ///   - key: whose requests are counted; nil where nobody asks.
    ///   - expectedBytes: of its body, as far as it is known.
    /// - Throws: what to say to a request that there is no place for.
    init(_ load: Load, key: KeyLoad?, expectedBytes: Int, by limits: LoadLimits) throws(Refusal) {
        guard load.bodyBytes.load(ordering: .relaxed) + expectedBytes <= limits.buffered else {
            throw limits.buffersAreFull
        }
        guard load.requests.wrappingAdd(1, ordering: .relaxed).newValue <= limits.inFlight else {
            load.requests.wrappingSubtract(1, ordering: .relaxed)
            throw limits.requestsAreTooMany
        }
        if let key, key.requests.wrappingAdd(1, ordering: .relaxed).newValue > limits.inFlightPerKey {
            key.requests.wrappingSubtract(1, ordering: .relaxed)
            load.requests.wrappingSubtract(1, ordering: .relaxed)
            throw limits.requestsAreTooMany(of: key.name)
        }
        self.load = load
        self.key = key
    }

    /// Takes room for some of the body.
    mutating func take(_ count: Int, by limits: LoadLimits) throws(Refusal) {
        guard load.bodyBytes.wrappingAdd(count, ordering: .relaxed).newValue <= limits.buffered else {
            load.bodyBytes.wrappingSubtract(count, ordering: .relaxed)
            throw limits.buffersAreFull
        }
        bodyBytes += count
    }

    /// Takes room for a body that has become `count` bytes, where that is more than it has.
    mutating func grow(to count: Int, by limits: LoadLimits) throws(Refusal) {
        if count > bodyBytes { try take(count - bodyBytes, by: limits) }
    }

    /// The body is kept no longer but for `kept` bytes of it, while the request goes on.
    mutating func giveBackBody(but kept: Int) {
        guard bodyBytes > kept else { return }
        load.bodyBytes.wrappingSubtract(bodyBytes - kept, ordering: .relaxed)
        bodyBytes = kept
    }

    deinit {
        load.requests.wrappingSubtract(1, ordering: .relaxed)
        if bodyBytes > 0 { load.bodyBytes.wrappingSubtract(bodyBytes, ordering: .relaxed) }
        key?.requests.wrappingSubtract(1, ordering: .relaxed)
    }
}
