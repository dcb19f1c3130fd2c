import Testing

@testable import TuppenceCore

@Suite("A rough count of the input, and a closer one where room is scarce")
struct CloserCountTests {
    private final class Counter: CloserCount {
        private(set) var asked = 0

        func closerDemand() -> Demand? {
            asked += 1
            return Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50)
        }
    }

    private static func budget(_ limit: Int64) -> BudgetRule {
        BudgetRule(name: "b", scope: [:], limit: nano(limit), period: .total, actions: [.reject])
    }

    /// A request that is roughly 300 tokens and closely 100, on a budget of which the ledger has been asked before.
    private static func run(
        _ limit: Int64, maxCost: Money? = nil, isKnown: Bool = true
    ) throws -> (run: Run, counter: Counter, ledger: TinyLedger) {
        var ledger = TinyLedger()
        let book = BudgetBook([budget(limit)])
        if isKnown {
            let claims = book.claims(by: BudgetSubject(key: "k", target: alpha), at: at(1_000))
            let other = Hold(
                attempt: AttemptID(request: RequestID(high: 9, low: 9), number: 1), amount: .zero, claims: claims,
                expiresAt: at(9_000), target: alpha, attribution: someone)
            _ = try ledger.perform(.hold(other))
        }
        let run = Run(
            demand: Demand(inputBound: 300, inputEstimate: 75, outputLimit: 50), book: book, maxCost: maxCost)
        let counter = Counter()
        run.exchange.closer = counter
        return (run, counter, ledger)
    }

    private static let rough = plainBound(input: 300, output: 50)
    private static let close = plainBound(input: 100, output: 50)

    @Test("with room for thousands of such requests the rough count is held, and nothing is counted again")
    func plenty() throws {
        var (run, counter, _) = try Self.run(4_096 * 400)
        run.on(.begin)
        #expect(run.holds.map(\.amount) == [Self.rough])
        run.on(.held(remaining: nil))
        run.on(.usage(Usage(input: 90, output: 10), reportedCost: nil))
        run.on(.ended)
        #expect(counter.asked == 0)
        #expect(run.entries.map(\.cost) == [nano(110)])
    }

    @Test("with less room the closer count is held", arguments: [4_096 * 400 - 1, 200, 1])
    func scarce(limit: Int64) throws {
        var (run, counter, _) = try Self.run(limit)
        run.on(.begin)
        #expect(run.holds.map(\.amount) == [Self.close])
        #expect(counter.asked == 1)
    }

    @Test("so it is where nobody has asked the ledger yet, and where the caller caps the cost")
    func unknown() throws {
        var (run, counter, _) = try Self.run(1_000_000_000, isKnown: false)
        run.on(.begin)
        #expect(run.holds.map(\.amount) == [Self.close])
        #expect(counter.asked == 1)
        var (capped, _, _) = try Self.run(1_000_000_000, maxCost: nano(250))
        capped.on(.begin)
        #expect(capped.holds.map(\.amount) == [Self.close])
    }

    @Test("where the room has gone meanwhile, the same attempt asks for less before anything is refused")
    func gone() throws {
        var (run, counter, ledger) = try Self.run(4_096 * 400)
        run.on(.begin)
        // Another request takes all but 200 meanwhile.
        let claims = run.holds[0].claims
        let other = Hold(
            attempt: AttemptID(request: RequestID(high: 8, low: 8), number: 1), amount: nano(4_096 * 400 - 200),
            claims: claims, expiresAt: at(9_000), target: alpha, attribution: someone)
        _ = try ledger.perform(.hold(other))
        run.on(Exchange.Event(.success(try ledger.perform(.hold(run.holds[0])))))
        #expect(run.holds.map(\.amount) == [Self.rough, Self.close])
        #expect(run.holds.map(\.attempt.number) == [1, 1])
        run.on(Exchange.Event(.success(try ledger.perform(.hold(run.holds[1])))))
        #expect(run.words.last == "send alpha")
        #expect(counter.asked == 1)
    }

    @Test("an answer whose input was never counted is estimated by the closer count")
    func estimate() throws {
        var (run, counter, _) = try Self.run(4_096 * 400)
        run.on(.begin)
        run.on(.held(remaining: nil))
        run.on(.ended)
        #expect(counter.asked == 1)
        #expect(run.entries.map(\.usage.input) == [40])
    }

    @Test("the closer count is of the same tier of service, which may have been found to be lost on the way")
    func service() throws {
        var (run, _, _) = try Self.run(1_000)
        run.exchange.request = Exchange.Request(
            run.exchange.request,
            demand: Demand(inputBound: 300, inputEstimate: 75, outputLimit: 50, service: .tier(.standard)))
        run.on(.begin)
        #expect(run.holds.map(\.amount) == [Self.close])
        #expect(run.exchange.request.demand.service == .tier(.standard))
    }

    @Test(
        "a quote says what would be held: by the rough count where the exchange has that, by the closer one elsewhere",
        arguments: [
            (nil, nil, false), (nil, nil, true), (4_096 * 400, nil, true), (4_096 * 400 - 1, nil, true),
            (220, nil, false), (nil, 10_000, true),
        ] as [(Int64?, Int64?, Bool)])
    func quote(limit: Int64?, maxCost: Int64?, streams: Bool) throws {
        let book = BudgetBook(limit.map { [Self.budget($0)] } ?? [])
        let route = Route(name: "fast", choices: [.init(candidate: candidate(alpha))])
        func demand(_ bound: Int, _ estimate: Int) -> Demand {
            Demand(inputBound: InputCount(bound), inputEstimate: estimate, outputLimit: 50, streams: streams)
        }
        let conditions = RouteConditions(now: at(1_000))
        var random = RandomSource(seed: 1)
        let decision = route.decide(for: demand(100, 40), by: conditions, using: &random)
        let request = Exchange.Request(
            id: someRequest, key: "k", route: route, endpoint: "chat/completions", demand: demand(100, 40),
            candidates: decision.candidates, maxCost: maxCost.map(nano))
        let told = RouteExplanation(
            decision, of: route, for: request, roughly: demand(300, 75), by: conditions, defaults: Policy.Defaults(),
            budgets: book, balances: [:])
        guard case .sent(let quoted, _) = told.outcome else { Issue.record("it would be refused"); return }
        let exchange = Exchange(
            Exchange.Request(request, demand: demand(300, 75)), defaults: Policy.Defaults(), budgets: book)
        let counter = Counter()
        exchange.closer = counter
        let held = try #require(exchange.handle(.begin, at: at(1_000)).compactMap(\.hold).first)
        #expect((quoted.hold.amount, quoted.hold.price) == (held.amount, held.price))
        #expect(held.amount == (counter.asked == 0 ? Self.rough : Self.close))
        #expect(counter.asked == (maxCost != nil || limit ?? .max < 4_096 * 400 ? 1 : 0))
        #expect(told.lines.map(\.mostPrice) == [Self.close])
    }
}
