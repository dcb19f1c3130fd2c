import Synchronization
import TuppenceCore

/// A cache in memory that can be told to say nothing for a while.
final class MemoryCache: AnswerCache {
    private struct State {
        var answers: [CacheKey: CachedAnswer] = [:]
        var isHoldingBack = false
        var isBroken = false
        var isReadOnly = false
        var waiting: [(CacheKey, any CachePort, Int)] = []
    }

    private let state = Mutex(State())

    let maximumBodyBytes = 1 << 20

    func lookUp(_ key: CacheKey, for port: any CachePort, token: Int) {
        if state.withLock({ $0.isBroken }) {
            return port.cacheReplied([CacheReply(token: token, found: nil, isKnown: false)])
        }
        let found: CachedAnswer?? = state.withLock { state in
            guard state.isHoldingBack else { return .some(state.answers[key]) }
            state.waiting.append((key, port, token))
            return nil
        }
        if let found { port.cacheReplied([CacheReply(token: token, found: found)]) }
    }

    func keep(_ answer: CachedAnswer, under key: CacheKey) { state.withLock { $0.answers[key] = answer } }

    func forget(_ key: CacheKey, for port: any CachePort, token: Int) {
        let isForgotten = state.withLock { state in
            guard !state.isBroken, !state.isReadOnly else { return false }
            state.answers[key] = nil
            return true
        }
        port.cacheReplied([CacheReply(token: token, found: nil, isKnown: isForgotten)])
    }

    var kept: [CachedAnswer] { state.withLock { Array($0.answers.values) } }
    var waiting: Int { state.withLock { $0.waiting.count } }

    func `break`() { state.withLock { $0.isBroken = true } }

    func makeReadOnly() { state.withLock { $0.isReadOnly = true } }

    func repair() {
        state.withLock { state in
            state.isBroken = false
            state.isReadOnly = false
        }
    }

    func holdBack() { state.withLock { $0.isHoldingBack = true } }

    func letGo() {
        let waiting = state.withLock { state in
            state.isHoldingBack = false
            defer { state.waiting = [] }
            return state.waiting.map { ($0.1, CacheReply(token: $0.2, found: state.answers[$0.0])) }
        }
        for (port, reply) in waiting { port.cacheReplied([reply]) }
    }

    func change(_ body: (inout CachedAnswer) -> Void) {
        state.withLock { state in for key in state.answers.keys { body(&state.answers[key]!) } }
    }

    func age(by span: Milliseconds) { change { $0.storedAt = $0.storedAt + Milliseconds(-span.count) } }
}
