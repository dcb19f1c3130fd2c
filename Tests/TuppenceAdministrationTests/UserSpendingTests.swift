import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceTesting

@testable import TuppenceAdministration

@Suite("What users, tags and families have spent")
struct UserSpendingTests {
    private let scratch: ScratchStore
    private let administration: Administration
    private static let later = Samples.start + .seconds(7_200)

    init() throws {
        scratch = try ScratchStore()
        administration = Administration(
            store: scratch.store, loaded: LoadedConfiguration(Configuration.fromEnvironment([:]), path: nil))
        try book(1, "ann", tags: "team=search", at: Samples.start)
        try book(2, "bob", tags: nil, at: Samples.start)
        try book(3, "ann", tags: "team=ads", at: Self.later)
    }

    private func book(_ number: UInt64, _ user: String, tags: String?, at time: Timestamp) throws {
        var entry = Samples.note(Samples.attempt(1, of: number), at: time)
        entry.attribution = Attribution(key: "app", user: user, tags: tags, endpoint: "chat/completions")
        entry.usage = Usage(input: 10, output: 5)
        _ = try scratch.store.apply([.note(entry)])
    }

    @Test("is told of all time and of a part of it, and nothing of it unless it is asked for")
    func told() throws {
        let all = try administration.spending(at: Self.later, by: [.user, .tag("team"), .sums(.family)])
        #expect(all.users?.map { "\($0.user ?? "?") \($0.requests)" } == ["ann 2", "bob 1"])
        #expect(
            all.tags?.map { "\($0.tag ?? "?")=\($0.value ?? "?") \($0.requests)" } == [
                "team= 1", "team=ads 1", "team=search 1",
            ])
        #expect(all.families?.map(\.family) == ["small"] && all.families?.first?.requests == 3)
        #expect(all.total.requests == 3 && all.keys == nil && all.countedFrom == nil)
        let late = try administration.spending(at: Self.later, by: [.user], from: Self.later)
        #expect(late.users?.map(\.user) == ["ann"] && late.users?.first?.requests == 1)
        let early = try administration.spending(at: Self.later, by: [.user], until: Self.later)
        #expect(early.users?.map(\.user) == ["ann", "bob"] && early.users?.first?.requests == 1)
        let usual = try administration.spending(at: Self.later)
        #expect(usual.users == nil && usual.tags == nil && usual.keys?.map(\.key) == ["app"])
    }

    @Test("is not told of more attempts than can be read in a while, with what to ask instead")
    func bound() throws {
        let refusal = #expect(throws: AdministrationError.self) {
            try administration.spending(at: Self.later, by: [.user], reading: 2)
        }
        #expect(refusal?.code == .invalid)
        #expect(refusal?.description.contains("of 2 at the most, and there are 3") == true)
        let late = try administration.spending(at: Self.later, by: [.user], from: Self.later, reading: 2)
        #expect(late.users?.count == 1)
    }
}
