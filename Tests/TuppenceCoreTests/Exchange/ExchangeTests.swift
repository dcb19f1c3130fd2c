import Testing

@testable import TuppenceCore

@Suite("An exchange that goes well")
struct ExchangeSuccessTests {
    @Test("a whole answer: hold, send, settle at the provider's count, finish") func whole() throws {
        var run = Run(budgets: [everybody])
        run.send()
        run.on(.answering(status: 200), after: 1)
        run.on(.content(bytes: 20, pieces: 1))
        run.on(.usage(Usage(input: 30, output: 5), reportedCost: nano(99)))
        #expect(run.exchange.runningCost == Cost(input: nano(30), output: nano(10)))
        run.on(.ended)
        #expect(run.words == ["hold alpha", "send alpha", "settle completed"])
        #expect(!run.exchange.isDone)
        run.on(.settled(remaining: nano(960)))
        #expect(run.words.last == "finish")
        run.expectNothingLeaks(granted: 1)
        #expect(run.exchange.remaining == nano(960))
        #expect(run.exchange.cost == nano(40))
        #expect(run.exchange.attempts == 1)
        let entry = try #require(run.entries.first)
        #expect(
            entry
                == LedgerEntry(
                    attempt: AttemptID(request: someRequest, number: 1), at: at(1_001),
                    attribution: Attribution(
                        key: "k", customer: "acme", user: "u", route: "fast", endpoint: "chat/completions"),
                    target: alpha, outcome: .completed, status: 200,
                    usage: Usage(input: 30, output: 5), cost: nano(40), estimated: false, reportedCost: nano(99),
                    rateCardVersion: "v1", duration: .seconds(1), firstContent: .seconds(1)))
    }

    @Test("a streamed answer begins with its first content, once") func stream() {
        var run = Run.streaming()
        run.send()
        run.on(.answering(status: 200))
        #expect(run.on(.activity) == [])
        #expect(run.on(.content(bytes: 4, pieces: 1)) == [.beginAnswer])
        #expect(run.on(.content(bytes: 4, pieces: 1)) == [])
        run.on(.usage(Usage(input: 1, output: 1), reportedCost: nil))
        run.on(.usage(Usage(input: 10, output: 2), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "begin", "settle completed", "finish"])
        run.expectNothingLeaks(granted: 1)
        #expect(run.entries.map(\.cost) == [nano(14)])
    }

    @Test("a stream that ends without content begins all the same") func emptyStream() {
        var run = Run.streaming()
        run.send()
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "begin", "settle completed", "finish"])
    }

    @Test("an attempt holds its bound, in every budget that applies, beyond the end of the request") func hold() throws
    {
        let other = BudgetRule(name: "other", scope: [.key: .exactly("somebody")], limit: nano(1), period: .day)
        var run = Run(budgets: [everybody, other], timeout: .seconds(20))
        run.on(.begin)
        let hold = try #require(run.holds.first)
        #expect(hold.amount == plainBound(input: 100, output: 50))
        #expect(hold.accounts.map(\.name) == ["all"])
        #expect(hold.expiresAt == at(1_000 + 20 + 60 + 30))
        #expect(hold.attempt.number == 1)
        // The clock is watched for as long as the ledger is asked: beyond this the hold would be gone.
        #expect(run.exchange.deadline == hold.expiresAt)
    }

    @Test(
        "the output limit is the caller's, else the route's, else the default, the latter two within the model's maximum",
        arguments: [
            (50, nil, nil, 50), (50, 20, 10, 50), (nil, 20, nil, 20), (nil, 20, 10, 10), (nil, nil, nil, 8_192),
            (nil, nil, 4_096, 4_096),
            (nil, nil, 9_000, 8_192), (nil, 9_000, nil, 9_000),
        ] as [(Int?, Int?, Int?, Int)])
    func outputLimit(caller: Int?, route: Int?, model: Int?, limit: Int) throws {
        var run = Run(
            [candidate(alpha, maxOutput: model)], demand: Demand(inputBound: 10, inputEstimate: 5, outputLimit: caller),
            maxOutput: route)
        run.send()
        #expect(run.log.compactMap(\.attempt).map(\.outputLimit) == [limit])
        #expect(run.holds.first?.amount == plainBound(input: 10, output: Int64(limit)))
    }

    @Test("a request without output has no output limit") func noOutput() {
        var run = Run(demand: Demand(inputBound: 10, inputEstimate: 5, outputLimit: 50, producesOutput: false))
        run.send()
        #expect(run.log.compactMap(\.attempt).map(\.outputLimit) == [nil])
        #expect(run.holds.first?.amount == plainBound(input: 10, output: 0))
    }

    @Test(
        "the bound counts every answer, and the context once for each input",
        arguments: [
            // bound, context, answers, inputs, limit → input, output
            (100, nil, 1, 1, 50, 100, 50), (100, nil, 3, 1, 50, 100, 150), (100, 100, 1, 1, 50, 100, 50),
            (101, 100, 1, 1, 50, 100, 50),
            (99, 100, 1, 1, 50, 99, 50), (250, 100, 1, 3, 50, 250, 50), (301, 100, 3, 3, 50, 300, 150),
            (500, .max, 1, 2, 1, 500, 1),
        ] as [(Int, Int?, Int, Int, Int, Int64, Int64)])
    func bound(input: Int, context: Int?, answers: Int, inputs: Int, limit: Int, boundInput: Int64, boundOutput: Int64)
    {
        var run = Run(
            [candidate(alpha, context: context)],
            demand: Demand(
                inputBound: InputCount(input), inputEstimate: 1, outputLimit: limit, answers: answers, inputs: inputs))
        run.on(.begin)
        #expect(run.holds.first?.amount == plainBound(input: boundInput, output: boundOutput))
    }

    @Test("an unthinkable number of answers is held as more than anybody has") func overflow() {
        var run = Run(demand: Demand(inputBound: 1, inputEstimate: 1, outputLimit: 2, answers: .max))
        run.on(.begin)
        #expect(run.holds.first?.amount == .unlimited)
    }
}
