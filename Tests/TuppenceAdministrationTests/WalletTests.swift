import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

@testable import TuppenceAdministration

@Suite("What is taken back from wallets")
struct WalletTests {
    private static let now = Timestamp(seconds: 1_795_000_000)
    private static let actor = Actor(name: "tests", origin: .command)

    @Test("is what is left at the most, unless the customer is to owe the rest")
    func takingBack() throws {
        let scratch = try ScratchStore()
        let loaded = LoadedConfiguration(Configuration.fromEnvironment([:]), path: nil)
        let administration = Administration(store: scratch.store, loaded: loaded)
        func topUp(_ dollars: Int64, overdraw: Bool = false, id: RequestID? = nil) throws -> TopUpLine {
            try administration.topUp(
                "acme", Money(nanodollars: dollars * 1_000_000_000), id: id, mayOverdraw: overdraw, by: Self.actor,
                at: Self.now)
        }
        try withExtendedLifetime(scratch) {
            _ = try topUp(3)
            let refusal = #expect(throws: AdministrationError.self) { try topUp(-4) }
            #expect(refusal?.code == .invalid)
            #expect(refusal?.description.contains("'acme' has $3.00 left, which is less than $4.00") == true)
            let back = try topUp(-3)
            #expect(back.remainingNanodollars == 0 && !back.repeated)
            // A try whose answer was lost finds what it has booked, although nothing is left any more.
            let id = try #require(RequestID(back.id))
            #expect(try topUp(-3, id: id).repeated)
            #expect(try topUp(-1, overdraw: true).remainingNanodollars == -1_000_000_000)
        }
    }
}
