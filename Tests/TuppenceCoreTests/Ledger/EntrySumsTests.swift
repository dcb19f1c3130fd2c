import Testing

@testable import TuppenceCore

@Suite("Users and tags, added up from entries")
struct EntrySumsTests {
    private func entry(_ number: UInt64, _ cost: Int64, user: String?, tags: String? = nil) -> LedgerEntry {
        LedgerEntry(
            attempt: AttemptID(request: RequestID(high: number, low: 0), number: 1),
            at: Timestamp(seconds: 1_800_000_000),
            attribution: Attribution(key: "app", user: user, tags: tags, endpoint: "chat/completions"),
            target: Target(provider: "acme", model: "small"), outcome: .completed, status: 200, usage: Usage(),
            cost: Money(nanodollars: cost), estimated: false, reportedCost: nil, rateCardVersion: "v1",
            duration: Milliseconds(1), firstContent: nil)
    }

    private func told(_ groups: EntrySums.Groups?) -> [String] {
        (groups?.dearestFirst ?? []).map { "\($0.name.tag)/\($0.name.value) \($0.spending.cost.nanodollars)" }
    }

    @Test("an entry counts with its user, and with the value of each tag that is asked for or with none")
    func groups() {
        let entries = [
            entry(1, 5, user: "ann", tags: "project=x,team=search"), entry(2, 7, user: "bob", tags: "team=ads"),
            entry(3, 4, user: "ann"), entry(4, 1, user: nil, tags: "project=y"),
        ]
        func sums(_ dimensions: SpendingDimension...) -> EntrySums {
            var sums = EntrySums(by: dimensions)
            for entry in entries { sums.add(entry) }
            return sums
        }
        let users = sums(.user)
        #expect(told(users.users) == ["/ann 9", "/bob 7", "/ 1"])
        #expect(users.tags == nil && users.users?.others == nil)
        #expect(told(sums(.tag("team")).tags) == ["team/ads 7", "team/ 5", "team/search 5"])
        #expect(
            told(sums(.tag(nil)).tags) == ["/ 4", "project/x 5", "project/y 1", "team/ads 7", "team/search 5"])
        #expect(sums(.tag("team")).users == nil)
    }

    @Test("of more names than are told apart the first are, and all others are one")
    func bound() {
        var sums = EntrySums(by: [.user], most: 2)
        for (number, user) in ["a", "b", "c", "a", "d"].enumerated() {
            sums.add(entry(UInt64(number) + 1, 1, user: user))
        }
        #expect(told(sums.users) == ["/a 2", "/b 1"])
        #expect(sums.users?.others?.cost.nanodollars == 2 && sums.users?.others?.requests == 2)
    }

    @Test(
        "what spending is told by is written as it is read, and nothing else is read",
        arguments: ["key", "customer", "provider", "model", "family", "route", "user", "tag", "tag:team"])
    func names(text: String) {
        #expect(SpendingDimension(text)?.description == text)
        for other in ["total", "tag:", "tag:a b", "weather", ""] { #expect(SpendingDimension(other) == nil) }
    }
}
