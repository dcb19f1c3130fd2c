import Synchronization
import TuppenceCore

/// Sends one attempt to its target and brings back what it answered. What an embedding program supplies.
public protocol EngineUpstream: Sendable {
    associatedtype Answer: Sendable

    /// - Throws: ``UpstreamFailure``; a task's cancellation ends the request.
    func send(_ attempt: Exchange.Attempt) async throws -> EngineAnswer<Answer>
}

/// What an upstream brought: the answer, and what it says it used (nil: it did not say).
public struct EngineAnswer<Answer: Sendable>: Sendable {
    public var answer: Answer
    public var usage: Usage?
    /// Bytes of text in the answer, for an estimate where `usage` is nil.
    public var contentBytes: Int
    /// The tier of service that it names; nil for the one that was asked for.
    public var service: ServiceTier?

    public init(answer: Answer, usage: Usage?, contentBytes: Int = 0, service: ServiceTier? = nil) {
        self.answer = answer
        self.usage = usage
        self.contentBytes = contentBytes
        self.service = service
    }
}

/// Budgets, fallback and the ledger for a program that calls providers itself: the same ``Exchange`` as behind the HTTP
/// port, driven by `async` calls.
public struct Engine: Sendable {
    private let ledger: LedgerWriter
    private let herald: BudgetHerald?
    private let now: @Sendable () -> Timestamp

    /// - Parameter herald: makes known which budgets refuse; the same that `ledger` has.
    public init(ledger: LedgerWriter, herald: BudgetHerald? = nil, now: @escaping @Sendable () -> Timestamp) {
        self.ledger = ledger
        self.herald = herald
        self.now = now
    }

    /// Answers one request: holds, sends to one target at a time, falls back and settles. Cancelling the task settles what was begun.
    ///
    /// - Throws: ``Refusal``, with nothing held and everything booked.
    public func answer<Upstream: EngineUpstream>(
        _ request: Exchange.Request, policy: Policy, upstream: Upstream
    ) async throws -> (answer: Upstream.Answer, cost: Money) {
        var defaults = policy.defaults
        // An upstream's task ends with the request: there is nothing left to read on.
        defaults.lateUsage = Milliseconds(0)
        defaults.mayHedge = false
        let exchange = Exchange(request, defaults: defaults, budgets: policy.book)
        var actions = Array(exchange.handle(.begin, at: now()))[...]
        var answer: Upstream.Answer?
        while let action = actions.popFirst() {
            let event: Exchange.Event?
            switch action {
            case .ask(let operation): event = .init(await ask(operation))
            case .tell(let operation):
                ledger.submit(operation)
                event = nil
            case .send(let attempt):
                event = await send(attempt, by: exchange.deadline, upstream) { result in
                    answer = result.answer
                    if result.contentBytes > 0 {
                        actions += exchange.handle(.content(bytes: result.contentBytes, pieces: 0), at: now())
                    }
                    if let usage = result.usage {
                        actions += exchange.handle(
                            .usage(usage, service: result.service, reportedCost: nil), at: now())
                    }
                }
            case .cancel, .beginAnswer, .readOn, .hedge: event = nil
            case .finish:
                guard let answer else { throw Refusal(.internalError, "The exchange ended without an answer.") }
                return (answer, exchange.cost)
            case .forwardError:
                throw Refusal(.upstreamUnavailable, "The provider refused the request.")
            // No answers are kept: there is none to stand in.
            case .refuse(let refusal), .serveCached(let refusal):
                if let budget = refusal.budget, refusal.code == .budgetExceeded { herald?.refused(budget, at: now()) }
                throw refusal
            case .abandon: throw CancellationError()
            }
            if let event { actions += exchange.handle(event, at: now()) }
        }
        throw Refusal(.internalError, "The exchange stopped without an end.")
    }

    private func send<Upstream: EngineUpstream>(
        _ attempt: Exchange.Attempt, by deadline: Timestamp, _ upstream: Upstream,
        received: (EngineAnswer<Upstream.Answer>) -> Void
    ) async -> Exchange.Event {
        let patience = Duration.milliseconds(max(0, (deadline - now()).count))
        do {
            received(
                try await withThrowingTaskGroup(of: EngineAnswer<Upstream.Answer>.self) { tasks in
                    tasks.addTask { try await upstream.send(attempt) }
                    tasks.addTask {
                        try await Task.sleep(for: patience)
                        throw UpstreamFailure(.timeout, detail: "after \(patience)")
                    }
                    defer { tasks.cancelAll() }
                    guard let first = try await tasks.next() else { throw CancellationError() }
                    return first
                })
            return .ended
        } catch let failure as UpstreamFailure {
            return .failed(failure)
        } catch is CancellationError {
            return .clientGone
        } catch {
            return .failed(UpstreamFailure(.invalid, detail: "\(error)"))
        }
    }

    private func ask(_ operation: LedgerOperation) async -> Result<LedgerOutcome, StoreError> {
        await withCheckedContinuation { continuation in
            ledger.submit(operation, to: OneReply(continuation), token: 0)
        }
    }
}

/// A port for one reply.
private final class OneReply: LedgerPort {
    private let continuation: Mutex<CheckedContinuation<Result<LedgerOutcome, StoreError>, Never>?>

    init(_ continuation: CheckedContinuation<Result<LedgerOutcome, StoreError>, Never>) {
        self.continuation = Mutex(continuation)
    }

    func ledgerReplied(_ replies: [LedgerReply]) {
        guard let reply = replies.first else { return }
        continuation.withLock { waiting in
            waiting?.resume(returning: reply.outcome)
            waiting = nil
        }
    }
}
