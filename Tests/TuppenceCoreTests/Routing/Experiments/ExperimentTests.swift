import Testing

@testable import TuppenceCore

@Suite("An experiment")
struct ExperimentTests {
    private static func share(_ percent: Int64) -> Share { Share(partsPerMillion: percent * 10_000) }

    private static func experiment(
        _ shares: [(String, Int64)], sticky: Experiment.Sticky = .user, name: String = "trial"
    ) -> Experiment {
        Experiment(
            name: name, sticky: sticky,
            arms: shares.map { arm, percent in
                (arm, share(percent), Route(name: "r", choices: [.init(candidate: candidate(beta))]))
            })
    }

    private static func arm(
        _ experiment: Experiment, key: String = "k", customer: String? = nil, user: String? = nil, request: UInt64 = 1
    ) -> String {
        experiment.arm(key: key, customer: customer, user: user, request: RequestID(high: 0, low: request)).name.arm
    }

    @Test("divides users by the shares, within four sigma, and the rest is the control's")
    func shares() {
        let experiment = Self.experiment([("a", 20), ("b", 5)])
        var counts: [String: Int] = [:]
        for user in 0..<20_000 { counts[Self.arm(experiment, user: "user-\(user)"), default: 0] += 1 }
        for (arm, share) in [("a", 0.20), ("b", 0.05), ("control", 0.75)] {
            let sigma = (20_000 * share * (1 - share)).squareRoot()
            #expect(abs(Double(counts[arm, default: 0]) - 20_000 * share) <= 4 * sigma, "\(counts)")
        }
    }

    @Test("keeps whom it sticks to in one arm, whatever else differs")
    func sticky() {
        for number in 0..<200 {
            let one = "s\(number)"
            let request = UInt64(number)
            let other = request &* 0x9E37_79B9_7F4A_7C15 + 7
            let byUser = Self.experiment([("a", 50)], sticky: .user)
            #expect(
                Self.arm(byUser, key: "k", user: one, request: request)
                    == Self.arm(byUser, key: "l", customer: "c", user: one, request: other))
            let byCustomer = Self.experiment([("a", 50)], sticky: .customer)
            #expect(
                Self.arm(byCustomer, customer: one, user: "u", request: request)
                    == Self.arm(byCustomer, key: "l", customer: one, request: other))
            // By the customer where there is one, and else by the user.
            let byCaller = Self.experiment([("a", 50)], sticky: .caller)
            #expect(
                Self.arm(byCaller, customer: one, user: "u", request: request)
                    == Self.arm(byCaller, key: "l", customer: one, user: "v", request: other))
            #expect(
                Self.arm(byCaller, user: one, request: request)
                    == Self.arm(byCaller, key: "l", user: one, request: other))
            let byKey = Self.experiment([("a", 50)], sticky: .key)
            #expect(
                Self.arm(byKey, key: one, user: "u", request: request)
                    == Self.arm(byKey, key: one, customer: "c", request: other))
        }
    }

    @Test(
        "divides by the request what does not say whose it is",
        arguments: [Experiment.Sticky.user, .customer, .caller, .none])
    func alone(sticky: Experiment.Sticky) {
        let experiment = Self.experiment([("a", 50)], sticky: sticky)
        let arms = (0..<1_000).map { Self.arm(experiment, request: UInt64($0)) }
        #expect((400...600).contains(arms.count { $0 == "a" }))
    }

    @Test("divides anew where it is another experiment")
    func independent() {
        let (one, other) = (Self.experiment([("a", 50)]), Self.experiment([("a", 50)], name: "another"))
        let same = (0..<2_000).count { Self.arm(one, user: "u\($0)") == Self.arm(other, user: "u\($0)") }
        #expect((900...1_100).contains(same))
    }

    @Test("takes from the control alone when its last arm's share grows")
    func growing() {
        let (before, after) = (Self.experiment([("a", 20), ("b", 10)]), Self.experiment([("a", 20), ("b", 40)]))
        var moved = 0
        for number in 0..<5_000 {
            let (was, is_) = (Self.arm(before, user: "u\(number)"), Self.arm(after, user: "u\(number)"))
            if was == is_ { continue }
            #expect(was == "control" && is_ == "b")
            moved += 1
        }
        #expect((1_350...1_650).contains(moved))
    }

    @Test("gives an arm with all of it everything, and one with nothing nothing")
    func ends() {
        let (all, none) = (Self.experiment([("a", 100)]), Self.experiment([("a", 0)]))
        for number in 0..<1_000 {
            #expect(Self.arm(all, user: "u\(number)") == "a")
            #expect(Self.arm(none, user: "u\(number)") == "control")
        }
    }

    @Test("divides as it did in every earlier version: whom it sticks to would change arms otherwise")
    func stable() {
        let experiment = Self.experiment([("a", 30), ("b", 30)])
        #expect((0..<12).map { Self.arm(experiment, user: "user-\($0)") }.joined(separator: " ") == Self.known)
    }

    private static let known = "b b a control b control control control a control control a"

    private static func shadow(_ percent: Int64, most: Int = 4, isDisabled: Bool = false, end: Timestamp? = nil)
        -> Shadow
    {
        Shadow(
            arm: .init(
                name: ArmName(experiment: "trial", arm: "~s"), share: share(percent),
                route: Route(name: "r", choices: [.init(candidate: candidate(gamma))])),
            key: Key(name: "trials", isDisabled: isDisabled, expiresAt: end), most: most)
    }

    @Test("has shadows that copy their share of requests, whatever arms these are in, within four sigma")
    func shadowShares() {
        let shadow = Self.shadow(10)
        let copied = (0..<10_000).count { shadow.admit(RequestID(high: 0, low: UInt64($0))) != nil }
        #expect(abs(copied - 1_000) <= 120)
        #expect((0..<100).allSatisfy { Self.shadow(0).admit(RequestID(high: 0, low: $0)) == nil })
        #expect((0..<100).allSatisfy { Self.shadow(100).admit(RequestID(high: 0, low: $0)) != nil })
        #expect(Self.shadow(100, isDisabled: true).admit(someRequest) == nil)
        #expect(Self.shadow(100, end: someRequest.time).admit(someRequest) == nil)
        #expect(Self.shadow(100, end: someRequest.time + Milliseconds(1)).admit(someRequest) != nil)
    }

    @Test("has no more copies on their way than a shadow may have, and more once they are back")
    func shadowsAreBounded() {
        let shadow = Self.shadow(100, most: 3)
        var passes = (0..<5).map { shadow.admit(RequestID(high: 0, low: $0)) }
        #expect(passes.count { $0 != nil } == 3)
        passes[1] = nil
        let (next, another) = (shadow.admit(someRequest), shadow.admit(someRequest))
        #expect(next != nil && another == nil)
    }

    @Test("counts the copies of before a reload among those that a shadow may have")
    func shadowsOverReload() {
        func policy(_ shadow: Shadow) -> Policy {
            let experiment = Experiment(name: "trial", sticky: .none, arms: [], shadows: [shadow])
            return Policy(
                routes: [
                    "r": Route(name: "r", choices: [.init(candidate: candidate(alpha))], experiment: experiment)
                ], providers: [], prices: PriceBook())
        }
        let (old, new) = (Self.shadow(100, most: 3), Self.shadow(100, most: 3))
        var passes = (0..<2).map { old.admit(RequestID(high: 0, low: $0)) }
        policy(new).remember(policy(old))
        passes.append(new.admit(someRequest))
        #expect(passes.allSatisfy { $0 != nil })
        #expect(new.admit(someRequest) == nil && old.admit(someRequest) == nil)
        passes[0] = nil
        passes.append(new.admit(someRequest))
        #expect(passes[3] != nil)
        #expect(new.admit(someRequest) == nil)
    }

    @Test("has targets that retire as any other")
    func everyTarget() {
        func targets(_ experiment: Experiment) -> [Target] {
            Route(name: "r", choices: [.init(candidate: candidate(alpha))], experiment: experiment)
                .everyCandidate.map(\.target)
        }
        #expect(targets(Self.experiment([("a", 10)])) == [alpha, beta])
        #expect(
            targets(Experiment(name: "trial", sticky: .none, arms: [], shadows: [Self.shadow(1)])) == [alpha, gamma])
    }

    @Test(
        "names its arms as the ledger keeps them",
        arguments: [("trial/a", "trial", "a"), ("trial/control", "trial", "control")])
    func names(text: String, experiment: String, arm: String) {
        #expect(ArmName(text) == ArmName(experiment: experiment, arm: arm))
        #expect(ArmName(experiment: experiment, arm: arm).description == text)
        #expect(ArmName("trial") == nil)
    }

    @Test(
        "has shares to the ten-thousandth of a percent",
        arguments: [
            ("20%", 200_000), ("0.5%", 5_000), ("0.0001%", 1), ("100%", 1_000_000), ("0%", 0), ("12.50%", 125_000),
            ("20", nil), ("100.0001%", nil), ("0.00001%", nil), ("-1%", nil), ("%", nil), ("", nil),
        ] as [(String, Int64?)])
    func shareText(text: String, parts: Int64?) {
        #expect(Share(percent: text)?.partsPerMillion == parts)
    }

    @Test("writes shares as short as they can be read", arguments: ["20%", "0.5%", "0.0001%", "100%", "12.25%"])
    func shareDescription(text: String) { #expect(Share(percent: text)?.description == text) }
}
