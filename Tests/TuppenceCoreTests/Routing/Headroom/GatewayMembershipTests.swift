import Testing

@testable import TuppenceCore

/// Gateways on one store, whose heartbeats are on a clock that is moved by hand, in steps as long as those of gateways.
private struct Company {
    private var memberships: [GatewayMembership] = []
    /// When the store has heard of each last.
    private var seen: [Timestamp?] = []
    private var now = Timestamp(milliseconds: 1_000_000)

    init(_ count: Int) {
        memberships = Array(repeating: GatewayMembership(), count: count)
        seen = Array(repeating: nil, count: count)
    }

    /// How many parts each believes that there are.
    var counts: [Int] { memberships.map(\.share.count) }
    /// What all of them together take for theirs of a limit of 60.
    var together: Int { memberships.reduce(0) { $0 + $1.share.part(of: 60) } }

    /// Lets time pass while `talking` say every half second that they are there, and the others are not heard.
    mutating func pass(_ time: Milliseconds, talking: [Int]) {
        let end = now + time
        while now < end {
            now = now + Milliseconds(500)
            talking.forEach { heartbeat(of: $0) }
        }
    }

    /// One is heard, and is told what the store knows at that moment; the news takes `delay` to reach it.
    mutating func heartbeat(of number: Int, newsAfter delay: Milliseconds = Milliseconds(0)) {
        seen[number] = now
        let present = seen.indices.filter { place in
            seen[place].map { now - $0 < GatewayMembership.patience } ?? false
        }
        let index = present.firstIndex(of: number) ?? 0
        now = now + delay
        _ = memberships[number].heard(GatewayShare(index: index, count: present.count), at: now)
    }
}

@Suite("Which part of the rate limits a gateway takes")
struct GatewayMembershipTests {
    @Test("the first one alone has the whole, and each that comes leaves less to the others at once")
    func coming() {
        var company = Company(3)
        #expect(company.counts(after: .seconds(1), talking: [0])[0] == 1)
        #expect(company.counts(after: .seconds(1), talking: [0, 1]).prefix(2) == [2, 2])
        #expect(company.counts(after: .seconds(1), talking: [0, 1, 2]) == [3, 3, 3])
        #expect(company.together == 60)
    }

    @Test("one that has gone leaves its part to those that were heard all the while, five seconds after its last word")
    func going() {
        var company = Company(3)
        company.pass(.seconds(10), talking: [0, 1, 2])
        #expect(company.counts(after: Milliseconds(4_500), talking: [0, 1]) == [3, 3, 3])
        #expect(company.counts(after: Milliseconds(500), talking: [0, 1]).prefix(2) == [2, 2])
    }

    @Test(
        "one that stood still has its part when it goes on, however long that was",
        arguments: [3, 6, 60, 4_000] as [Int64])
    func stoodStill(seconds: Int64) {
        var company = Company(2)
        company.pass(.seconds(10), talking: [0, 1])
        company.pass(.seconds(seconds), talking: [1])
        #expect(company.counts == [2, seconds < 5 ? 2 : 1])
        #expect(company.counts(after: Milliseconds(500), talking: [0, 1]) == [2, 2])
    }

    @Test(
        "after the store was away nobody takes more than before, whoever is heard first",
        arguments: [4, 5, 20, 4_000] as [Int64], [[0, 1, 2], [2, 1, 0]])
    func outage(seconds: Int64, order: [Int]) {
        var company = Company(3)
        company.pass(.seconds(10), talking: [0, 1, 2])
        company.pass(.seconds(seconds), talking: [])
        // They come back one after the other.
        for count in 1...3 {
            company.pass(.seconds(1), talking: Array(order.prefix(count)))
            #expect(company.together == 60)
        }
        company.pass(.seconds(10), talking: order)
        #expect(company.counts == [3, 3, 3])
    }

    @Test("one that does not come back after the store was away is gone five seconds later, and not before")
    func goneInOutage() {
        var company = Company(2)
        company.pass(.seconds(10), talking: [0, 1])
        company.pass(.seconds(20), talking: [])
        company.pass(.seconds(5), talking: [0])
        #expect(company.counts[0] == 2)
        company.pass(Milliseconds(500), talking: [0])
        #expect(company.counts[0] == 1)
    }

    @Test("news that reached a gateway late, as it was stopped meanwhile, does not let it grow")
    func oldNews() {
        var company = Company(2)
        company.pass(.seconds(10), talking: [0, 1])
        company.pass(Milliseconds(4_500), talking: [0])
        company.pass(Milliseconds(500), talking: [])
        company.heartbeat(of: 0, newsAfter: .seconds(30))
        #expect(company.counts == [2, 2])
        #expect(company.counts(after: .seconds(1), talking: [0, 1]) == [2, 2])
    }

    @Test("a clock that is set back begins the wait anew")
    func clockSetBack() {
        var membership = GatewayMembership()
        let start = Timestamp(milliseconds: 1_000_000)
        _ = membership.heard(GatewayShare(index: 0, count: 2), at: start + .seconds(60))
        for second in 0..<5 {
            #expect(membership.heard(.whole, at: start + .seconds(Int64(second))).count == 2)
        }
        #expect(membership.heard(.whole, at: start + .seconds(5)) == .whole)
    }
}

extension Company {
    /// How many parts each believes that there are, after that.
    fileprivate mutating func counts(after time: Milliseconds, talking: [Int]) -> [Int] {
        pass(time, talking: talking)
        return counts
    }
}
