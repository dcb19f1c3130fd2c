import Foundation
import TuppenceCore
import TuppenceGateway

/// Sends the requests of a batch, so many at once, and writes their answers down as they come.
actor BatchRun {
    /// Why no more is sent, although there is more: the money is gone.
    struct Stop: Error {
        let code: String
        let message: String
    }

    private let client: GatewayClient
    private let address: GatewayAddress
    private let key: String
    private let output: BatchOutputFile
    private var waiting: ArraySlice<BatchRequest>
    private var progress: BatchProgress
    private var summary: BatchSummary

    init(
        _ requests: [BatchRequest], through client: GatewayClient, at address: GatewayAddress, key: String,
        to output: BatchOutputFile, progress: BatchProgress
    ) {
        self.client = client
        self.address = address
        self.key = key
        self.output = output
        self.progress = progress
        let open = requests.filter { output.standing(of: $0) == .open }
        let changed = requests.filter { output.standing(of: $0) == .answeredOtherwise }
        waiting = open[...]
        summary = BatchSummary(
            total: requests.count, skipped: requests.count - open.count - changed.count, changed: changed)
    }

    /// - Returns: what came of it, also where the money was gone before the end.
    /// - Throws: a ``Failure`` where going on is of no use: nobody answers, or the key is refused.
    func run(concurrency: Int) async throws -> BatchSummary {
        let began = ContinuousClock.now
        defer { progress.end() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { workers in
                for _ in 0..<min(concurrency, waiting.count) { workers.addTask { try await self.work() } }
                // The first that stops has the others stop: what is under way is answered and written down, nothing else is sent.
                try await workers.waitForAll()
            }
        } catch let stop as Stop {
            summary.stopped = BatchSummary.Stopped(code: stop.code, message: stop.message)
        }
        summary.left =
            summary.total - summary.skipped - summary.changed.count - summary.answered - summary.failed
        summary.seconds = (ContinuousClock.now - began) / .seconds(1)
        return summary
    }

    private nonisolated func work() async throws {
        while let request = await next() {
            guard let answer = try await answer(to: request) else { return }
            try await take(answer, to: request)
        }
    }

    private func next() -> BatchRequest? { Task.isCancelled ? nil : waiting.popFirst() }

    /// Sends it until its answer stands.
    ///
    /// - Returns: nil where the batch has stopped before it was answered.
    private nonisolated func answer(to request: BatchRequest) async throws -> GatewayClient.Answer? {
        var tries = 0
        while true {
            tries += 1
            let pause: Double
            do {
                let answer = try await client.post(
                    request.path, key: key,
                    fields: [
                        ("idempotency-key", request.idempotencyKey),
                        // Lines of a batch resemble each other, and none comes of a program that is stuck.
                        ("x-tuppence-repeats", "allow"),
                    ], body: request.body)
                guard let wait = BatchRetry.wait(after: answer, tries: tries) else { return answer }
                pause = wait
            } catch let failure as UpstreamFailure {
                guard tries < BatchRetry.mostTriesUnanswered else {
                    throw Failure(
                        "The gateway at \(address) does not answer (\(failure.detail)). Once it does, the same command goes on from here."
                    )
                }
                pause = BatchRetry.pause(after: tries)
            }
            do { try await Task.sleep(for: .milliseconds(pause)) } catch { return nil }
        }
    }

    private func take(_ answer: GatewayClient.Answer, to request: BatchRequest) throws {
        if answer.status == 402, let code = answer.errorCode, ["budget_exceeded", "wallet_empty"].contains(code) {
            throw Stop(code: code, message: answer.errorMessage)
        }
        if let code = answer.errorCode, ["invalid_api_key", "key_disabled", "address_not_allowed"].contains(code) {
            throw Failure("The gateway at \(address) refuses the batch: \(answer.errorMessage)")
        }
        try output.add(BatchLine.text(answer, to: request))
        if answer.isSuccess { summary.answered += 1 } else { summary.addFailure(of: request, answer) }
        if answer.isReplayed { summary.replayed += 1 }
        summary.cost += answer.cost
        progress.show(summary)
    }
}
