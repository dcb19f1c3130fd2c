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
                    attempt: AttemptID(request: someRequest, number: 1), at: at(1_001), key: "k", customer: "acme",
                    user: "u",
                    route: "fast", target: alpha, endpoint: "chat/completions", outcome: .completed, status: 200,
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
        #expect(hold.expiresAt == at(1_000 + 20 + 30))
        #expect(hold.attempt.number == 1)
        #expect(run.exchange.deadline == .distantFuture)
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
            demand: Demand(inputBound: input, inputEstimate: 1, outputLimit: limit, answers: answers, inputs: inputs))
        run.on(.begin)
        #expect(run.holds.first?.amount == plainBound(input: boundInput, output: boundOutput))
    }

    @Test("an unthinkable number of answers is held as more than anybody has") func overflow() {
        var run = Run(demand: Demand(inputBound: 1, inputEstimate: 1, outputLimit: 2, answers: .max))
        run.on(.begin)
        #expect(run.holds.first?.amount == .unlimited)
    }
}

@Suite("What an attempt settles at")
struct ExchangeBillTests {
    @Test(
        "without the provider's count, what was seen: a token a piece or four bytes, within the limit",
        arguments: [
            (0, 0, 40, 0), (1, 1, 40, 1), (4, 1, 40, 1), (5, 1, 40, 2), (8, 5, 40, 5), (199, 3, 40, 50),
            (200, 50, 40, 50), (201, 51, 40, 50),
            (100_000, 1, 40, 50),
        ] as [(Int, Int, Int, Int)])
    func estimate(bytes: Int, pieces: Int, input: Int, output: Int) {
        var run = Run.streaming()
        run.send()
        if pieces > 0 { run.on(.content(bytes: bytes, pieces: pieces)) }
        run.on(.ended)
        #expect(run.entries.map(\.usage) == [Usage(input: input, output: output)])
        #expect(run.entries.map(\.estimated) == [true])
        #expect(run.entries.map(\.cost) == [nano(Int64(input + 2 * output))])
    }

    @Test("the provider's count is the last word on an answer that came to its end, above the limit too") func exact() {
        var run = Run.streaming()
        run.send()
        run.on(.content(bytes: 240, pieces: 40))
        run.on(.usage(Usage(input: 7, output: 60), reportedCost: nil))
        run.on(.ended)
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 60)])
        #expect(run.entries.map(\.estimated) == [false])
    }

    @Test(
        "of an answer that broke off, the larger of what was counted and what was seen",
        arguments: [(3, 10, 7, 10), (12, 10, 7, 12), (0, 10, 0, 10)])
    func truncated(counted: Int, seen: Int, input: Int, output: Int) {
        var run = Run.streaming()
        run.send()
        run.on(.content(bytes: 1, pieces: seen))
        run.on(.usage(Usage(input: input, reasoning: counted), reportedCost: nil))
        run.on(.failed(UpstreamFailure(.truncated, detail: "")))
        let usage = run.entries.first?.usage
        #expect(usage?.totalOutput == output)
        #expect(usage?.reasoning == counted)
        #expect(usage?.totalInput == (input == 0 ? 40 : input))
        #expect(run.entries.first?.estimated == true)
        #expect(run.entries.first?.outcome == .truncated)
    }

    @Test("the limit on an estimate is for each answer") func answers() {
        var run = Run(demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, answers: 3))
        run.send()
        run.on(.content(bytes: 1_000_000, pieces: 1))
        run.on(.ended)
        #expect(run.entries.first?.usage.output == 150)
    }

    @Test(
        "an estimate never costs more than was held", arguments: [(100, 100), (100, 5_000), (30, 40)] as [(Int, Int)])
    func withinHold(bound: Int, estimate: Int) throws {
        var run = Run(
            [candidate(alpha, context: 60)],
            demand: Demand(inputBound: bound, inputEstimate: estimate, outputLimit: 50, streams: true))
        run.send()
        run.on(.content(bytes: 1_000_000, pieces: 1_000_000))
        run.on(.ended)
        let entry = try #require(run.entries.first)
        #expect(entry.usage.input == min(bound, 60))
        #expect(entry.cost <= run.holds[0].amount)
    }

    @Test(
        "an attempt that the provider never worked on costs nothing",
        arguments: [UpstreamFailure.Kind.unreachable, .reset, .status])
    func free(kind: UpstreamFailure.Kind) {
        var run = Run()
        run.send()
        run.on(.failed(UpstreamFailure(kind, status: kind == .status ? 500 : 0, detail: "")))
        #expect(run.entries.map(\.cost) == [.zero])
        #expect(run.entries.map(\.usage) == [Usage()])
        #expect(run.entries.map(\.estimated) == [false])
        #expect(run.entries.map(\.outcome) == [.failed])
    }

    @Test(
        "an attempt that the provider may have worked on costs its input",
        arguments: [UpstreamFailure.Kind.timeout, .invalid, .truncated])
    func charged(kind: UpstreamFailure.Kind) {
        var run = Run()
        run.send()
        run.on(.failed(UpstreamFailure(kind, detail: "")))
        #expect(run.entries.map(\.cost) == [nano(40)])
        #expect(run.entries.map(\.estimated) == [true])
    }

    @Test("the provider's count of an answer that ended in an error is the last word", arguments: [true, false])
    func errorInStream(isCounted: Bool) {
        var run = Run.streaming()
        run.send()
        run.on(.content(bytes: 400, pieces: 4))
        if isCounted { run.on(.usage(Usage(input: 7, output: 3), reportedCost: nil)) }
        run.on(.failed(UpstreamFailure(.errorInStream, detail: "")))
        #expect(run.entries.map(\.usage) == [isCounted ? Usage(input: 7, output: 3) : Usage(input: 40, output: 50)])
        #expect(run.entries.map(\.estimated) == [!isCounted])
    }

    @Test("a count that content came after is not the last word", arguments: [true, false])
    func outdatedCount(endsWell: Bool) {
        var run = Run.streaming()
        run.send()
        run.on(.usage(Usage(input: 7, output: 1), reportedCost: nil))
        run.on(.content(bytes: 80, pieces: 4))
        run.on(endsWell ? .ended : .failed(UpstreamFailure(.errorInStream, detail: "")))
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 20)])
        #expect(run.entries.map(\.estimated) == [true])
    }

    @Test("a piece without content leaves a count the last word") func emptyPiece() {
        var run = Run.streaming()
        run.send()
        run.on(.content(bytes: 80, pieces: 4))
        run.on(.usage(Usage(input: 7, output: 3), reportedCost: nil))
        run.on(.content(bytes: 0, pieces: 0))
        run.on(.ended)
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 3)])
        #expect(run.entries.map(\.estimated) == [false])
    }
}

@Suite("Fallback")
struct ExchangeFallbackTests {
    static let retryable: [UpstreamFailure] =
        [.unreachable, .reset, .timeout, .truncated, .invalid, .errorInStream].map { UpstreamFailure($0, detail: "x") }
        + [401, 402, 403, 408, 409, 425, 429, 500, 502, 503, 529].map {
            UpstreamFailure(.status, status: $0, detail: "x")
        }

    @Test(
        "a retryable failure before any content leads to the next target, settled without waiting", arguments: retryable
    )
    func fallback(failure: UpstreamFailure) {
        var run = Run.streaming(three)
        run.send()
        run.on(.failed(failure))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta"])
        #expect(run.entries.map(\.status) == [failure.status])
        run.on(.held(remaining: nil))
        run.on(.content(bytes: 1, pieces: 1))
        run.on(.usage(Usage(input: 1), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(4) == ["send beta", "begin", "settle completed", "finish"])
        run.expectNothingLeaks(granted: 2)
        #expect(run.holds.map(\.attempt.number) == [1, 2])
        #expect(run.exchange.attempts == 2)
        #expect(run.exchange.cost == run.entries.reduce(.zero) { $0 + $1.cost })
    }

    @Test(
        "no failure after content leads to another target",
        arguments: retryable + [UpstreamFailure(.stale, detail: "x")])
    func afterContent(failure: UpstreamFailure) {
        var run = Run.streaming(three)
        run.send()
        run.on(.content(bytes: 1, pieces: 1))
        run.on(.failed(failure))
        run.on(.settled(remaining: nil))
        // The provider's own error in its stream has been passed on as it came.
        let end = failure.kind == .errorInStream ? "finish" : "refuse \(failure.refusal(target: alpha).code)"
        #expect(run.words == ["hold alpha", "send alpha", "begin", "settle truncated", end])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("content of a whole answer was not seen by the caller, so another target may answer") func wholeAnswer() {
        var run = Run(three)
        run.send()
        run.on(.content(bytes: 1, pieces: 1))
        run.on(.failed(UpstreamFailure(.truncated, detail: "")))
        #expect(run.words.suffix(2) == ["tell failed", "hold beta"])
    }

    @Test("the caller's own fault is passed on, not tried elsewhere", arguments: [400, 404, 413, 422])
    func callersFault(status: Int) {
        var run = Run(three)
        run.send()
        run.on(.failed(UpstreamFailure(.status, status: status, detail: "")))
        #expect(run.words == ["hold alpha", "send alpha", "settle failed"])
        run.on(.settled(remaining: nil))
        #expect(run.words.last == "forward error")
        #expect(run.entries.map(\.status) == [status])
        run.expectNothingLeaks(granted: 1)
    }

    @Test(
        "when all have failed the last failure is the answer: the provider's own error, or ours",
        arguments: [
            (.status, "forward error"), (.errorInStream, "forward error"), (.timeout, "refuse upstream_timeout"),
            (.invalid, "refuse upstream_invalid"), (.reset, "refuse upstream_unavailable"),
            (.truncated, "refuse upstream_unavailable"),
            (.unreachable, "refuse upstream_unavailable"),
        ] as [(UpstreamFailure.Kind, String)])
    func allFail(kind: UpstreamFailure.Kind, end: String) {
        var run = Run(three)
        run.send()
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.status, status: 500, detail: "")))
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(kind, status: kind == .status ? 503 : 0, detail: "")))
        #expect(run.words.last == "settle failed")
        run.on(.settled(remaining: nil))
        #expect(run.words.last == end)
        run.expectNothingLeaks(granted: 3)
    }

    @Test("a stale connection has the same attempt sent again, once, under the same hold") func stale() {
        var run = Run(three)
        run.send()
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words == ["hold alpha", "send alpha", "send alpha"])
        let sent = run.log.compactMap(\.attempt)
        #expect(sent[0] == sent[1])
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words.suffix(2) == ["tell failed", "hold beta"])
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words.suffix(2) == ["send beta", "send beta"])
        run.on(.usage(Usage(input: 1), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        run.expectNothingLeaks(granted: 2)
        #expect(run.entries.map(\.cost) == [.zero, nano(1)])
    }

    @Test("a stale connection to the only target ends in 503 when it happens again") func staleTwice() {
        var run = Run()
        run.send()
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        run.on(.settled(remaining: nil))
        #expect(
            run.words == ["hold alpha", "send alpha", "send alpha", "settle failed", "refuse upstream_unavailable"])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("nothing is tried once the request's own time is over") func outOfTime() {
        var run = Run(three, timeout: .seconds(10))
        run.send()
        run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")), after: 10)
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "settle failed", "forward error"])
    }
}

@Suite("Deadlines")
struct ExchangeDeadlineTests {
    @Test(
        "an attempt has its own patience, and the request's whatever is left",
        arguments: [
            (nil, nil, 300), (5, nil, 5), (nil, 20, 20), (30, 20, 20), (5, 20, 5), (nil, 1_000, 300), (700, 1_000, 600),
        ] as [(Int64?, Int64?, Int64)])
    func patience(attempt: Int64?, request: Int64?, allowed: Int64) {
        var run = Run(timeout: request.map { .seconds($0) }, attemptTimeout: attempt.map { .seconds($0) })
        run.send()
        #expect(run.exchange.deadline == at(1_000 + allowed))
    }

    @Test("a passed deadline cancels the attempt and tries the next") func fallback() {
        var run = Run(three, attemptTimeout: .seconds(5))
        run.send()
        #expect(run.on(.deadlinePassed, after: 4) == [])
        run.on(.deadlinePassed, after: 1)
        #expect(run.words == ["hold alpha", "send alpha", "cancel", "tell failed", "hold beta"])
        #expect(run.exchange.deadline == .distantFuture)
        run.on(.held(remaining: nil))
        #expect(run.exchange.deadline == at(1_010))
        run.on(.deadlinePassed, after: 5)
        run.on(.held(remaining: nil))
        run.on(.deadlinePassed, after: 5)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(3) == ["cancel", "settle failed", "refuse upstream_timeout"])
        #expect(run.refusal?.message.contains("5000 ms") == true)
        run.expectNothingLeaks(granted: 3)
    }

    @Test("the request's own deadline ends it, whoever is left to try") func requestDeadline() {
        var run = Run(three, timeout: .seconds(5))
        run.send()
        run.on(.deadlinePassed, after: 5)
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "cancel", "settle failed", "refuse upstream_timeout"])
    }

    @Test("within an answer every sign of life grants the idle time anew, up to the request's end") func idle() {
        var run = Run.streaming(three)
        run.send()
        run.on(.activity, after: 10)
        #expect(run.exchange.deadline == at(1_300))
        run.on(.content(bytes: 1, pieces: 1), after: 10)
        #expect(run.exchange.deadline == at(1_020 + 120))
        run.on(.activity, after: 100)
        #expect(run.exchange.deadline == at(1_120 + 120))
        run.on(.content(bytes: 1, pieces: 1), after: 400)
        #expect(run.exchange.deadline == at(1_600))
        run.on(.deadlinePassed, after: 80)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(4) == ["begin", "cancel", "settle truncated", "refuse upstream_timeout"])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a deadline that passes while the ledger is asked means nothing") func whileHolding() {
        var run = Run()
        run.on(.begin)
        #expect(run.on(.deadlinePassed, after: 10_000) == [])
    }
}

@Suite("Budgets and caps")
struct ExchangeBudgetTests {
    @Test("a denied target is passed over; when all are denied the answer is 402 with what is affordable") func denied()
        throws
    {
        var run = Run([candidate(alpha), candidate(beta)], budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 880)))
        #expect(run.words == ["hold alpha", "hold beta"])
        #expect(run.holds.map(\.attempt.number) == [1, 1])
        run.on(.denied(denial(spent: 880)))
        #expect(run.words.last == "refuse budget_exceeded")
        #expect(run.exchange.attempts == 0)
        run.expectNothingLeaks(granted: 0)
        // 120 are left: 100 for the input, 8 for rounding, 12 for six tokens.
        #expect(run.refusal?.budget?.affordableMaxTokens == 6)
    }

    @Test(
        "the affordable limit fits what remains, and one more token does not",
        arguments: [0, 107, 108, 109, 110, 111, 157, 205, 206, 207] as [Int64])
    func affordable(left: Int64) throws {
        var run = Run(
            demand: Demand(inputBound: 100, inputEstimate: 1, outputLimit: 25, answers: 2), budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 1_000 - left)))
        let tokens = try #require(run.refusal?.budget?.affordableMaxTokens)
        func bound(_ tokens: Int) -> Money { plainRates.bound(inputTokens: 100, outputTokens: 2 * tokens) }
        #expect((0..<25).contains(tokens))
        #expect(tokens == 0 || bound(tokens) <= nano(left))
        #expect(nano(left) < bound(tokens + 1))
    }

    @Test("a limit beyond all bounds is halved without overflow") func enormousLimit() throws {
        var run = Run(demand: Demand(inputBound: 0, inputEstimate: 0, outputLimit: .max), budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 0, needed: .max)))
        #expect(run.refusal?.budget?.affordableMaxTokens == 496)
    }

    @Test("a request without output has nothing to lower") func noOutput() {
        var run = Run(demand: Demand(inputBound: 10, inputEstimate: 5, producesOutput: false), budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.refusal?.budget?.affordableMaxTokens == nil)
        #expect(run.refusal?.code == .budgetExceeded)
    }

    @Test(
        "what cannot be waited out is reported before what can, whichever came first",
        arguments: [(0, 0, "budget_held"), (0, 1_000, "budget_exceeded"), (1_000, 0, "budget_exceeded")]
            as [(Int64, Int64, String)])
    func order(first: Int64, second: Int64, code: String) {
        var run = Run([candidate(alpha), candidate(beta)], budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: first, held: 1_000 - first)))
        run.on(.denied(denial(spent: second, held: 1_000 - second)))
        #expect(run.words.last == "refuse \(code)")
        #expect((run.refusal?.retryAfter != nil) == (code == "budget_held"))
    }

    @Test("the second target answers where the budget refuses the first") func next() {
        var run = Run([candidate(alpha), candidate(beta)], budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 1_000)))
        run.on(.held(remaining: nano(1)))
        run.on(.usage(Usage(input: 1), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "hold beta", "send beta", "settle completed", "finish"])
        #expect(run.exchange.remaining == nano(1))
        run.expectNothingLeaks(granted: 1)
    }

    @Test("what the first provider said explains more than what a budget said to the second") func failureBeforeDenial()
    {
        var run = Run([candidate(alpha), candidate(beta)], budgets: [everybody])
        run.send()
        run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta", "forward error"])
        run.expectNothingLeaks(granted: 1)
    }

    private static let dear = RateCard(version: "v2", standard: .init(input: nanoRate(100), output: nanoRate(100)))

    @Test("the caller's own cap is kept to the nanodollar", arguments: [(208, true), (207, false)] as [(Int64, Bool)])
    func cap(cap: Int64, isSent: Bool) {
        var run = Run(maxCost: nano(cap))
        run.on(.begin)
        #expect(run.words == [isSent ? "hold alpha" : "refuse max_cost_exceeded"])
        #expect(run.exchange.isDone != isSent)
    }

    @Test("a target above the cap is passed over") func capSkips() {
        var run = Run([candidate(alpha, rates: Self.dear), candidate(beta)], maxCost: nano(208))
        run.on(.begin)
        #expect(run.words == ["hold beta"])
        var other = Run([candidate(alpha), candidate(beta, rates: Self.dear)], maxCost: nano(208))
        other.send()
        other.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        #expect(other.words == ["hold alpha", "send alpha", "tell failed", "forward error"])
        other.expectNothingLeaks(granted: 1)
    }

    @Test(
        "what earlier attempts cost counts against the cap", arguments: [(248, true), (247, false)] as [(Int64, Bool)])
    func capOfAll(cap: Int64, isTried: Bool) {
        var run = Run([candidate(alpha), candidate(beta)], maxCost: nano(cap))
        run.send()
        // A timeout costs the estimated input: 40.
        run.on(.failed(UpstreamFailure(.timeout, detail: "")))
        #expect(run.words.last == (isTried ? "hold beta" : "refuse upstream_timeout"))
    }

    @Test("targets all above the cap are refused with the cap; a denied one before them with its budget")
    func capAfterDenial() {
        var all = Run([candidate(alpha, rates: Self.dear), candidate(beta, rates: Self.dear)], maxCost: nano(208))
        all.on(.begin)
        #expect(all.words == ["refuse max_cost_exceeded"])
        var run = Run([candidate(alpha), candidate(beta, rates: Self.dear)], maxCost: nano(208))
        run.on(.begin)
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.words == ["hold alpha", "refuse budget_exceeded"])
    }
}

@Suite("Callers who leave, and ledgers that fail")
struct ExchangeExitTests {
    @Test("a caller who leaves before anything costs nothing") func beforeBegin() {
        var run = Run()
        run.on(.clientGone)
        #expect(run.words == ["abandon"])
        run.expectNothingLeaks(granted: 0)
    }

    @Test("a hold granted after the caller left is settled as aborted, at nothing") func whileHolding() {
        var run = Run(three)
        run.on(.begin)
        #expect(run.on(.clientGone) == [])
        #expect(!run.exchange.isDone)
        run.on(.held(remaining: nil))
        #expect(run.words == ["hold alpha", "tell aborted", "abandon"])
        #expect(run.entries.map(\.cost) == [.zero])
        #expect(run.entries.map(\.estimated) == [false])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a second hold granted after the caller left bills nothing of the first attempt again")
    func whileHoldingAgain() throws {
        var run = Run(three)
        run.send()
        run.on(.usage(Usage(input: 30, output: 5), reportedCost: nano(7)))
        run.on(.failed(UpstreamFailure(.timeout, detail: "")), after: 5)
        run.on(.clientGone)
        run.on(.held(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta", "tell aborted", "abandon"])
        #expect(run.entries.map(\.cost) == [nano(40), .zero])
        let second = try #require(run.entries.last)
        #expect(second.usage == Usage())
        #expect(second.status == 0)
        #expect(second.duration == Milliseconds(0))
        #expect(second.reportedCost == nil)
        #expect(run.exchange.cost == nano(40))
        run.expectNothingLeaks(granted: 2)
    }

    @Test("a denial after the caller left tries nothing else") func deniedAfterwards() {
        var run = Run(three)
        run.on(.begin)
        run.on(.clientGone)
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.words == ["hold alpha", "abandon"])
        run.expectNothingLeaks(granted: 0)
    }

    @Test(
        "a caller who leaves while the provider works has the attempt cancelled and billed", arguments: [false, true])
    func inFlight(sawContent: Bool) {
        var run = Run.streaming(three)
        run.send()
        if sawContent { run.on(.content(bytes: 40, pieces: 3)) }
        run.on(.clientGone)
        #expect(run.words.suffix(2) == ["cancel", "settle aborted"])
        #expect(run.entries.map(\.cost) == [nano(sawContent ? 60 : 40)])
        #expect(run.entries.map(\.estimated) == [true])
        // What still arrives means nothing.
        #expect(run.on(.content(bytes: 1, pieces: 1)) == [])
        #expect(run.on(.ended) == [])
        #expect(run.on(.failed(UpstreamFailure(.reset, detail: ""))) == [])
        run.on(.settled(remaining: nil))
        run.expectNothingLeaks(granted: 1)
        #expect(run.words.last == "abandon")
    }

    @Test("a caller who leaves during the settlement is let go behind it") func whileSettling() {
        var run = Run()
        run.send()
        run.on(.ended)
        #expect(run.on(.clientGone) == [])
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "settle completed", "abandon"])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a caller who leaves after the end changes nothing") func afterEnd() {
        var run = Run()
        run.send()
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.on(.clientGone) == [])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a ledger that fails while holding: nothing is sent, and 503") func ledgerFailsHolding() {
        var run = Run(three)
        run.on(.begin)
        run.on(.ledgerFailed)
        #expect(run.words == ["hold alpha", "refuse ledger_unavailable"])
        #expect(run.refusal?.retryAfter == .seconds(1))
        run.expectNothingLeaks(granted: 0)
    }

    @Test("a hold granted after the ledger was given up is settled as aborted, and the caller left alone")
    func lateGrant() {
        var run = Run(three)
        run.on(.begin)
        run.on(.ledgerFailed)
        #expect(run.on(.held(remaining: nil)).map(\.word) == ["tell aborted"])
        #expect(run.entries.map(\.cost) == [.zero])
        #expect(run.on(.held(remaining: nil)) == [])
    }

    @Test("nothing is sent on a hold whose end has come before its grant is heard of", arguments: [629, 630])
    func expiredGrant(seconds: Int64) {
        var run = Run(three)
        run.on(.begin)
        run.on(.held(remaining: nil), after: seconds)
        // The request may take 600 seconds, and its holds last 30 more.
        if seconds < 630 {
            #expect(run.words == ["hold alpha", "send alpha"])
        } else {
            #expect(run.words == ["hold alpha", "tell aborted", "refuse ledger_unavailable"])
            #expect(run.entries.map(\.cost) == [.zero])
            run.expectNothingLeaks(granted: 1)
        }
    }

    @Test("a denial after the ledger was given up means nothing") func lateDenial() {
        var run = Run(three)
        run.on(.begin)
        run.on(.ledgerFailed)
        #expect(run.on(.denied(denial(spent: 1_000))) == [])
    }

    @Test("a ledger that fails while settling: the answer does not end as if all were well") func ledgerFailsSettling()
    {
        var run = Run()
        run.send()
        run.on(.ended)
        run.on(.ledgerFailed)
        #expect(run.words == ["hold alpha", "send alpha", "settle completed", "refuse ledger_unavailable"])
        #expect(run.on(.settled(remaining: nil)) == [])
    }

    @Test("a ledger that fails for a caller who left says nothing to anybody", arguments: [false, true])
    func ledgerFailsAfterClient(isSent: Bool) {
        var run = Run()
        run.on(.begin)
        if isSent { run.on(.held(remaining: nil)) }
        run.on(.clientGone)
        run.on(.ledgerFailed)
        #expect(run.words.last == "abandon")
        #expect(run.log.filter(\.isLast).count == 1)
    }

    @Test("a failing ledger means nothing while the provider works") func ledgerFailsInFlight() {
        var run = Run()
        run.send()
        #expect(run.on(.ledgerFailed) == [])
        #expect(!run.exchange.isDone)
    }

    @Test("an error in a stream before its content leads on, and is the last word of the last target")
    func errorBeforeContent() {
        var run = Run.streaming([candidate(alpha), candidate(beta)])
        run.send()
        run.on(.answering(status: 200))
        run.on(.failed(UpstreamFailure(.errorInStream, detail: "overloaded")))
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.errorInStream, detail: "overloaded")))
        run.on(.settled(remaining: nil))
        #expect(
            run.words == [
                "hold alpha", "send alpha", "tell failed", "hold beta", "send beta", "settle failed", "forward error",
            ])
        run.expectNothingLeaks(granted: 2)
    }

    @Test(
        "whatever happens in whatever order, every granted hold is settled once and the exchange ends once",
        arguments: UInt64(1)...400)
    func chaos(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var run = Run(
            three,
            demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, streams: Bool.random(using: &random)),
            budgets: [everybody])
        run.on(.begin)
        var granted = 0
        var asked = 0
        var isGone = false
        for _ in 0..<60 where !run.exchange.isDone {
            let pending = run.log.reduce(0) { if case .ask = $1 { $0 + 1 } else { $0 } }
            if pending > asked {
                // The ledger answers what it was asked, unless the caller leaves first.
                if !isGone && Int.random(in: 0...3, using: &random) == 0 {
                    isGone = true
                    run.on(.clientGone)
                    continue
                }
                asked = pending
                if case .ask(.settle)? = run.log.last(where: { if case .ask = $0 { true } else { false } }) {
                    run.on(Int.random(in: 0...9, using: &random) == 0 ? .ledgerFailed : .settled(remaining: nil))
                } else {
                    switch Int.random(in: 0...9, using: &random) {
                    case 0: run.on(.ledgerFailed)
                    case 1, 2: run.on(.denied(denial(spent: 1_000)))
                    default:
                        granted += 1
                        run.on(.held(remaining: nil))
                    }
                }
                continue
            }
            let kinds = UpstreamFailure.Kind.allCases
            switch Int.random(in: 0...9, using: &random) {
            case 0: run.on(.answering(status: 200))
            case 1, 2: run.on(.content(bytes: 9, pieces: 1), after: 1)
            case 3: run.on(.activity)
            case 4: run.on(.usage(Usage(input: 3, output: 3), reportedCost: nil))
            case 5: run.on(.ended)
            case 6, 7:
                let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
                run.on(
                    .failed(
                        UpstreamFailure(
                            kind, status: kind == .status ? [400, 429, 500].randomElement(using: &random)! : 0,
                            detail: "")))
            case 8:
                run.now = max(run.now, run.exchange.deadline)
                run.on(.deadlinePassed)
            default:
                isGone = true
                run.on(.clientGone)
            }
        }
        if run.exchange.isDone { run.expectNothingLeaks(granted: granted) }
        #expect(run.exchange.cost == run.entries.reduce(.zero) { $0 + $1.cost })
        for settlement in run.log.compactMap(\.settlement) { #expect(settlement.entry.cost <= settlement.hold.amount) }
    }
}
