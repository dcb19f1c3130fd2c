import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceJournal

@Suite("A page of the journal")
struct JournalPageTests {
    /// More texts and accounts than a page remembers, times before and behind each other, everything there and not there.
    private static func operations(_ count: Int, seed: UInt64) -> [LedgerOperation] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            let hold = hold(index, &random)
            if Bool.random(using: &random) { return .hold(hold) }
            var usage = Usage()
            for kind in UsageKind.allCases where Bool.random(using: &random) {
                usage[kind] = Int.random(in: 0...1_000_000, using: &random)
            }
            let cost = Money(nanodollars: .random(in: 0...(.max / 4), using: &random))
            return .settle(
                Settlement(
                    hold: hold,
                    entry: LedgerEntry(
                        attempt: hold.attempt,
                        at: Timestamp(milliseconds: .random(in: 0...4_000_000_000_000, using: &random)),
                        attribution: hold.attribution, target: hold.target,
                        outcome: AttemptOutcome.allCases.randomElement(using: &random) ?? .failed,
                        status: .random(in: 0...599, using: &random), usage: usage, cost: cost,
                        estimated: .random(using: &random), reportedCost: Bool.random(using: &random) ? cost : nil,
                        rateCardVersion: "v\(index % 3)", duration: Milliseconds(.random(in: -5...9, using: &random)),
                        firstContent: Bool.random(using: &random) ? Milliseconds(7) : nil,
                        price: Money(nanodollars: .random(in: 0...(.max / 4), using: &random)),
                        isPrepaid: .random(using: &random))))
        }
    }

    private static func maybe(_ text: String, _ random: inout SeededGenerator) -> String? {
        Bool.random(using: &random) ? text : nil
    }

    private static func hold(_ index: Int, _ random: inout SeededGenerator) -> Hold {
        Hold(
            attempt: AttemptID(
                request: RequestID(high: random.next(), low: random.next()),
                number: Int.random(in: 1...2_000, using: &random)),
            amount: Money(nanodollars: Int64.random(in: 0...(.max), using: &random)),
            price: Money(nanodollars: Int64.random(in: 0...(.max), using: &random)),
            claims: (0..<Int.random(in: 0...3, using: &random)).map { number in
                BudgetClaim(
                    account: BudgetAccount(
                        name: "é\(Int.random(in: 0...220, using: &random))",
                        windowStart: Timestamp(
                            milliseconds: .random(in: -9_000_000...9_000_000_000, using: &random))),
                    rule: BudgetRule(name: "b\(number)", scope: [:], limit: Money(nanodollars: 1), period: .day),
                    resetsAt: nil)
            },
            expiresAt: Timestamp(milliseconds: .random(in: 0...4_000_000_000_000, using: &random)),
            target: Target(provider: "", model: "m\(index % 7)"),
            attribution: Attribution(
                key: "key-\(index % 90)", customer: maybe("c\(index % 80)", &random), user: maybe("ü\n\t", &random),
                route: maybe("", &random), tags: maybe("team=search", &random), endpoint: "embeddings",
                arm: maybe("trial/a\(index % 3)", &random)))
    }

    private static func page(_ operations: [LedgerOperation]) throws -> [UInt8] {
        let writer = PageWriter()
        writer.begin()
        for operation in operations {
            switch operation {
            case .hold(let hold): writer.add(hold)
            case .settle(let settlement):
                try writer.add(settlement.entry, closing: .settled(settlement.hold, releases: true))
            case .topUp(let topUp): writer.add(topUp)
            case .note(let entry): try writer.add(entry, closing: .none)
            case .expire, .replayed: break
            }
        }
        return Array(writer.bytes)
    }

    @Test(
        "is read back as it was written, however many texts and accounts it has",
        arguments: [1, 2, 63, 64, 65, 200, 1_000])
    func roundTrip(count: Int) throws {
        let operations = Self.operations(count, seed: UInt64(count) + 1)
        var index = 0
        try JournalPage.forEachRecord(in: try Self.page(operations)) { record in
            switch (operations[index], record) {
            case (.hold(let hold), .hold(let read)): #expect(read == OpenHold(hold))
            case (.settle(let settlement), .entry(let entry, let closing)):
                #expect(entry == settlement.entry)
                let hold = settlement.hold
                #expect(
                    closing
                        == .init(amount: hold.amount, price: hold.price, releases: true, accounts: hold.accounts))
            default: Issue.record("\(operations[index]) came back as \(record)")
            }
            index += 1
        }
        #expect(index == count)
    }

    /// A hold and its end, of app for acme's user-17, as the program before version 3 wrote them.
    private static let olderPage: [UInt8] = [
        0x02, 0x01, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x01, 0xce, 0xc2, 0xf1, 0x05, 0x00, 0xe0, 0xb3, 0xaf, 0x86, 0xe3, 0x68, 0x01, 0x03,
        0x61, 0x70, 0x70, 0x02, 0x0a, 0x6f, 0x70, 0x65, 0x6e, 0x72, 0x6f, 0x75, 0x74, 0x65, 0x72, 0x03,
        0x1b, 0x61, 0x6e, 0x74, 0x68, 0x72, 0x6f, 0x70, 0x69, 0x63, 0x2f, 0x63, 0x6c, 0x61, 0x75, 0x64,
        0x65, 0x2d, 0x73, 0x6f, 0x6e, 0x6e, 0x65, 0x74, 0x2d, 0x34, 0x2e, 0x35, 0x04, 0x10, 0x63, 0x68,
        0x61, 0x74, 0x2f, 0x63, 0x6f, 0x6d, 0x70, 0x6c, 0x65, 0x74, 0x69, 0x6f, 0x6e, 0x73, 0x05, 0x04,
        0x61, 0x63, 0x6d, 0x65, 0x06, 0x07, 0x75, 0x73, 0x65, 0x72, 0x2d, 0x31, 0x37, 0x07, 0x08, 0x66,
        0x61, 0x73, 0x74, 0x2d, 0x6c, 0x6c, 0x6d, 0x08, 0x0b, 0x74, 0x65, 0x61, 0x6d, 0x3d, 0x73, 0x65,
        0x61, 0x72, 0x63, 0x68, 0x01, 0x00, 0x12, 0x65, 0x61, 0x63, 0x68, 0x2d, 0x6b, 0x65, 0x79, 0x2d,
        0x64, 0x61, 0x69, 0x6c, 0x79, 0x2f, 0x61, 0x70, 0x70, 0x80, 0xf0, 0xa6, 0xea, 0xe2, 0x68, 0x02,
        0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x01, 0xdf, 0xf3, 0x4c, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x07, 0x32, 0x30,
        0x32, 0x36, 0x2d, 0x31, 0x31, 0x00, 0xc8, 0x01, 0x23, 0x84, 0x07, 0x64, 0xde, 0x02, 0x14, 0xce,
        0x95, 0x8f, 0x01, 0xce, 0x95, 0x8f, 0x01, 0x00, 0xd8, 0x0c, 0xcc, 0x03, 0xce, 0xc2, 0xf1, 0x05,
        0x00, 0x01, 0x00,
    ]

    @Test("of an earlier version is read, without arms", arguments: [1, 2] as [UInt8])
    func earlierVersions(version: UInt8) throws {
        var page = Self.olderPage
        page[0] = version
        let records = try JournalPage.records(in: page)
        guard case .hold(let hold) = records.first, case .entry(let entry, let closing) = records.last else {
            Issue.record("\(records)")
            return
        }
        #expect(records.count == 2 && hold.attribution == entry.attribution)
        #expect(
            entry.attribution
                == Attribution(
                    key: "app", customer: "acme", user: "user-17", route: "fast-llm", tags: "team=search",
                    endpoint: "chat/completions"))
        #expect(entry.usage == Usage(input: 900, cachedInput: 100, output: 350))
        #expect(entry.cost == Money(nanodollars: 2_345_678) && entry.firstContent == Milliseconds(230))
        #expect(closing.releases && closing.amount == Money(nanodollars: 12_345_678))
    }

    @Test("of a version to come is refused", arguments: [0, 4] as [UInt8])
    func laterVersions(version: UInt8) throws {
        var page = Self.olderPage
        page[0] = version
        #expect { try JournalPage.records(in: page) } throws: { "\($0)".contains("version \(version)") }
    }

    @Test("holds a top-up as it was, one that takes money back too")
    func topUps() throws {
        for note in ["invoice 7", nil] {
            let topUp = TopUp(
                id: RequestID(high: 1, low: 2), wallet: .wallet("acme"), amount: Money(nanodollars: -5),
                at: Samples.start, note: note)
            try JournalPage.forEachRecord(in: try Self.page([.topUp(topUp)])) { record in
                guard case .topUp(let read) = record else {
                    Issue.record("\(record) is no top-up")
                    return
                }
                #expect(read == topUp && read.wallet.isWallet)
            }
        }
    }

    @Test("takes a few bytes for each of a busy commit's requests")
    func small() throws {
        let rule = BudgetRule(
            name: "each-key-daily", scope: [.key: .each], limit: Money(nanodollars: 1_000_000_000), period: .day)
        let now = Timestamp(seconds: 1_800_000_000)
        let target = Target(provider: "openrouter", model: "anthropic/claude-sonnet-4.5")
        let attribution = Attribution(
            key: "analytics", customer: "acme", user: "user-17", route: "fast-llm", endpoint: "chat/completions")
        var operations: [LedgerOperation] = []
        for number in 0..<64 {
            let claim = rule.claim(by: BudgetSubject(key: "analytics", target: target), at: now)
            let hold = Hold(
                attempt: AttemptID(request: RequestID(high: UInt64(number), low: 7), number: 1),
                amount: Money(nanodollars: 12_345_678), claims: claim.map { [$0] } ?? [],
                expiresAt: now + .seconds(630), target: target, attribution: attribution)
            operations.append(.hold(hold))
            operations.append(
                .settle(
                    Settlement(
                        hold: hold,
                        entry: LedgerEntry(
                            attempt: hold.attempt, at: now, attribution: attribution, target: target,
                            outcome: .completed,
                            status: 200, usage: Usage(input: 900, cachedInput: 100, output: 350),
                            cost: Money(nanodollars: 2_345_678), estimated: false, reportedCost: nil,
                            rateCardVersion: "2026-11", duration: Milliseconds(812),
                            firstContent: Milliseconds(230)))))
        }
        let size = try Self.page(operations).count
        #expect(size < 64 * 120, "\(size) bytes for 64 requests")
    }

    @Test("that is cut short or damaged is refused, and never read past its end")
    func damaged() throws {
        let operations = Self.operations(40, seed: 5)
        let page = try Self.page(operations)
        let readable = (0..<page.count).filter { (try? JournalPage.entries(in: Array(page[..<$0]))) != nil }
        // Only what ends behind its version or behind a record can be read.
        #expect(readable.count == 40)
        var random = SeededGenerator(seed: 9)
        var accepted = 0
        for _ in 0..<5_000 {
            var bytes = page
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.next()
            if (try? JournalPage.entries(in: bytes)) != nil { accepted += 1 }
        }
        #expect(accepted < 5_000)
    }

    @Test("with a posting that does not sum to zero is refused")
    func unbalanced() throws {
        let hold = Samples.hold(Samples.attempt(1), 1, rules: [])
        let page = try Self.page([Samples.settlement(of: hold, cost: 33)])
        // Cost, price and margin: 33, 33 and 0.
        let place = try #require(page.indices.dropLast(2).first { page[$0] == 33 && page[$0 + 1] == 33 })
        for changed in [place, place + 1, place + 2] {
            var bytes = page
            bytes[changed] += 2
            #expect(throws: StoreError.self) { try JournalPage.entries(in: bytes) }
        }
    }
}
