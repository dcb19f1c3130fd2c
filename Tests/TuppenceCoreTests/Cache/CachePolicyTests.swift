import Testing

@testable import TuppenceCore

@Suite("what the cache is for a request")
struct CachePolicyTests {
    /// What each request may do: look and keep, keep only, look only, or neither.
    private enum Expected {
        case both, keeps, looks, neither

        var use: CacheUse {
            switch self {
            case .both: CacheUse(reads: true, writes: true)
            case .keeps: CacheUse(reads: false, writes: true)
            case .looks: CacheUse(reads: true, writes: false)
            case .neither: .none
            }
        }
    }

    private func use(
        _ wish: CacheWish?, sampled: Bool, route: String = "r", key: String = "k", budgets: Bool = false,
        _ change: (inout CachePolicy) -> Void = { _ in }
    ) -> CacheUse {
        var policy = CachePolicy()
        change(&policy)
        return policy.use(wish: wish, route: route, key: key, isSampled: sampled, budgetsServeCached: budgets)
    }

    @Test("what may be repeated is kept and given; what differs by chance only if the caller or the operator says so")
    func chance() {
        let table: [(CacheWish?, sampled: Bool, operatorSays: Bool, Expected)] = [
            (nil, false, false, .both), (nil, true, false, .neither), (nil, true, true, .both),
            (nil, false, true, .both),
            (.on, false, false, .both), (.on, true, false, .both), (.on, true, true, .both),
            (.off, false, false, .neither), (.off, true, true, .neither),
            (.only, false, false, .looks), (.only, true, false, .looks), (.only, true, true, .looks),
        ]
        for (wish, sampled, operatorSays, expected) in table {
            let found = use(wish, sampled: sampled) { $0.sampled = operatorSays }
            #expect(
                found == expected.use, "\(wish.map(\.rawValue) ?? "-"), sampled \(sampled), allowed \(operatorSays)")
        }
    }

    @Test("a route goes before the whole, either way")
    func routes() {
        let allows = { (policy: inout CachePolicy) in policy.routes["r"] = .init(sampled: true) }
        #expect(use(nil, sampled: true, allows) == Expected.both.use)
        #expect(use(nil, sampled: true, route: "other", allows) == .none)
        let forbids = { (policy: inout CachePolicy) in
            policy.sampled = true
            policy.routes["r"] = .init(sampled: false)
        }
        #expect(use(nil, sampled: true, forbids) == .none)
        #expect(use(nil, sampled: true, route: "other", forbids) == Expected.both.use)
    }

    @Test("where route or key have none, nobody's wish brings one", arguments: [nil, .on, .off, .only] as [CacheWish?])
    func off(wish: CacheWish?) {
        #expect(use(wish, sampled: false, budgets: true) { $0.routes["r"] = .init(isOn: false) } == .none)
        #expect(use(wish, sampled: false, budgets: true) { $0.excludedKeys = ["k"] } == .none)
    }

    @Test("for budgets that serve older answers there are some, which are not given otherwise")
    func budgets() {
        #expect(use(nil, sampled: true, budgets: true) == Expected.keeps.use)
        #expect(use(nil, sampled: false, budgets: true) == Expected.both.use)
        #expect(use(.off, sampled: true, budgets: true) == .none)
    }

    @Test("where the operator says nothing of it, it is for callers who ask, and for budgets that answer from it")
    func onRequest() {
        let asked = { (policy: inout CachePolicy) in policy = .onRequest }
        let table: [(CacheWish?, budgets: Bool, Expected)] = [
            (nil, false, .neither), (nil, true, .keeps), (.on, false, .both), (.on, true, .both),
            (.only, false, .looks), (.off, true, .neither),
        ]
        for (wish, budgets, expected) in table {
            for sampled in [false, true] {
                let found = use(wish, sampled: sampled, budgets: budgets, asked)
                #expect(found == expected.use, "\(wish.map(\.rawValue) ?? "-"), sampled \(sampled), budgets \(budgets)")
            }
        }
        let excluded = use(.on, sampled: false) { policy in
            policy = .onRequest
            policy.excludedKeys = ["k"]
        }
        #expect(excluded == .none)
    }

    @Test("answers are kept for as long as any route may give them")
    func keptFor() {
        var policy = CachePolicy()
        policy.ttl = .seconds(10)
        policy.staleFor = .seconds(20)
        #expect(policy.keptFor == .seconds(20))
        policy.routes["r"] = .init(ttl: .seconds(30))
        #expect(policy.keptFor == .seconds(30))
        #expect(policy.ttl(of: "r") == .seconds(30))
        #expect(policy.ttl(of: "other") == .seconds(10))
    }

    @Test("an age is never below nothing, and unknown once the clock was set back")
    func age() {
        let stored = Timestamp(seconds: 1_000)
        let answer = CachedAnswer(
            target: Target(provider: "p", model: "m"), contentType: "", isStream: false, body: [], storedAt: stored)
        #expect(answer.age(at: stored + .seconds(5)) == .seconds(5))
        #expect(answer.age(at: stored + .seconds(-60)) == .seconds(0))
        #expect(answer.age(at: stored + Milliseconds(-60_001)) == nil)
    }
}
