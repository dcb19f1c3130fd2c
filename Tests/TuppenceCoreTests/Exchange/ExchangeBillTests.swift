import Testing

@testable import TuppenceCore

@Suite("What an attempt settles at")
struct ExchangeBillTests {
    @Test(
        "without the provider's count, what was seen: a token a piece, or four bytes within the limit",
        arguments: [
            (0, 0, 40, 0), (1, 1, 40, 1), (4, 1, 40, 1), (5, 1, 40, 2), (8, 5, 40, 5), (199, 3, 40, 50),
            (200, 50, 40, 50), (201, 50, 40, 50), (201, 51, 40, 51),
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

    @Test("an input of nothing stands for none that was counted before; what is divided anew holds")
    func inputOfNothing() {
        for (first, second, settled) in [
            (
                Usage(input: 1, cachedInput: 6, output: 3).writing(2), Usage(output: 9),
                Usage(input: 1, cachedInput: 6, output: 9).writing(2)
            ),
            (Usage(input: 7, output: 1), Usage(cachedInput: 5, output: 9), Usage(cachedInput: 5, output: 9)),
            (Usage(output: 1), Usage(input: 7, output: 9), Usage(input: 7, output: 9)),
        ] as [(Usage, Usage, Usage)] {
            var run = Run.streaming()
            run.send()
            run.on(.content(bytes: 4, pieces: 1))
            run.on(.usage(first, reportedCost: nil))
            run.on(.usage(second, reportedCost: nil))
            run.on(.ended)
            #expect(run.entries.map(\.usage) == [settled] && run.entries.map(\.estimated) == [false])
        }
    }

    @Test("a provider that counts nothing of what it brought is taken at its word: a guardrail's words are free")
    func countedAsNothing() {
        var run = Run.streaming()
        run.send()
        run.on(.content(bytes: 240, pieces: 40))
        run.on(.usage(Usage(input: 7), reportedCost: nil))
        run.on(.ended)
        #expect(run.entries.map(\.usage) == [Usage(input: 7)] && run.entries.map(\.estimated) == [false])
    }

    @Test(
        "a count that leaves out the output is raised to what was seen, and marked; where nothing was, it is the last word",
        arguments: [(40, 0, 40, true), (3, 12, 12, true), (0, 0, 0, false), (0, 12, 12, false)])
    func withoutOutput(seen: Int, told: Int, output: Int, estimated: Bool) {
        var run = Run.streaming()
        run.send()
        if seen > 0 { run.on(.content(bytes: seen, pieces: seen)) }
        run.on(.usage(Usage(input: 7, reasoning: told), reportedCost: nil, lacksOutput: true))
        run.on(.ended)
        #expect(run.entries.map(\.usage.totalInput) == [7] && run.entries.map(\.usage.totalOutput) == [output])
        #expect(run.entries.map(\.estimated) == [estimated])
    }

    @Test("a count that has the output replaces one that leaves it out") func completed() {
        var run = Run.streaming()
        run.send()
        run.on(.content(bytes: 240, pieces: 40))
        run.on(.usage(Usage(input: 7), reportedCost: nil, lacksOutput: true))
        run.on(.usage(Usage(input: 7, output: 3), reportedCost: nil))
        run.on(.ended)
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 3)] && run.entries.map(\.estimated) == [false])
    }

    @Test("only what a request is charged for by the piece is put beside a provider's count") func pieces() {
        var sound = Usage()
        sound.audioSecond = 30
        let counted = PieceDemand(most: sound, usual: sound).completing(Usage(input: 1), by: plainRates)
        #expect(counted == Usage(input: 1))
        let uncounted = PieceDemand(most: sound, usual: sound, kind: .audioSecond)
        #expect(uncounted.completing(Usage(), by: plainRates) == sound)
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
            demand: Demand(inputBound: InputCount(bound), inputEstimate: estimate, outputLimit: 50, streams: true))
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

    @Test("so is that of an error in front of all content, whoever answers after it") func errorBeforeContent() {
        var run = Run.streaming([candidate(alpha), candidate(beta)])
        run.send()
        run.on(.usage(Usage(input: 7, output: 3), reportedCost: nil))
        run.on(.failed(UpstreamFailure(.errorInStream, detail: "")))
        #expect(run.words.last == "hold beta")
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 3)])
        #expect(run.entries.map(\.estimated) == [false])
    }

    @Test("an error that nothing was done for costs what is counted, and else nothing", arguments: [true, false])
    func freeError(isCounted: Bool) {
        var run = Run.streaming()
        run.send()
        if isCounted { run.on(.usage(Usage(input: 7, output: 3), reportedCost: nil)) }
        var failure = UpstreamFailure(.errorInStream, status: 200, detail: "too long")
        failure.isFree = true
        run.on(.failed(failure))
        #expect(run.entries.map(\.usage) == [isCounted ? Usage(input: 7, output: 3) : Usage()])
        #expect(run.entries.map(\.estimated) == [false])
    }

    @Test(
        "what came unseen has been made, whatever the error that follows it says",
        arguments: [UpstreamFailure.Kind.errorInStream, .status])
    func unseen(kind: UpstreamFailure.Kind) {
        var run = Run([candidate(alpha), candidate(beta)])
        run.send()
        run.on(.usage(Usage(input: 7, output: 1), reportedCost: nil))
        run.on(.unseen(bytes: 80, pieces: 4))
        var failure = UpstreamFailure(kind, status: kind == .status ? 503 : 200, detail: "overloaded")
        failure.statedStatus = 503
        failure.isFree = true
        run.on(.failed(failure))
        // It began no answer: another target may give one.
        #expect(run.words.last == "hold beta")
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 20)])
        #expect(run.entries.map(\.estimated) == [true])
    }

    @Test("what a stream's caller has not seen begins no answer either") func unseenOfStream() {
        var run = Run.streaming([candidate(alpha), candidate(beta)])
        run.send()
        run.on(.unseen(bytes: 80, pieces: 0))
        run.on(.failed(UpstreamFailure(.truncated, detail: "")))
        #expect(run.words.last == "hold beta")
        #expect(run.entries.map(\.usage) == [Usage(input: 40, output: 20)])
        #expect(run.entries.map(\.estimated) == [true])
    }

    @Test("so does an error in place of an answer") func countedError() {
        var run = Run()
        run.send()
        run.on(.usage(Usage(input: 7, output: 3), reportedCost: nil))
        run.on(.failed(UpstreamFailure(.status, status: 502, detail: "failed half-way")))
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 3)])
        #expect(run.entries.map(\.estimated) == [false])
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

extension Usage {
    fileprivate func writing(_ tokens: Int) -> Usage {
        var usage = self
        usage.cacheWrite = tokens
        return usage
    }
}
