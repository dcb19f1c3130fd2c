import Foundation
import Testing
import Tuppence
import TuppenceCore
import TuppenceStore
import TuppenceTesting

@Suite("Budgets and books within a program")
struct MoneyTests {
    private static let tiny = """
        budgets:
          - { name: tiny, scope: { user: each }, limit: $0.0001, per: day }
        """

    @Test("what a budget cannot pay is refused with its figures, and nothing is sent")
    func refused() async throws {
        try await onSandbox(Self.tiny) { tuppence, store in
            var request = ChatRequest.hello("smart-llm", maxTokens: 1_000)
            request.user = "alice"
            let error = try await refusal { _ = try await tuppence.chat(request) }
            #expect(error.code == .budgetExceeded)
            let budget = try #require(error.budget)
            #expect(budget.name == "tiny/alice")
            #expect(budget.limit == Money(usd: "0.0001") && budget.spent == .zero && budget.held == .zero)
            #expect(budget.remaining == budget.limit && budget.needed > budget.limit)
            #expect(try #require(budget.resetsAt) > Date())
            #expect(error.retryAfter == nil)
            #expect(try store.entries(limit: 1).isEmpty)
        }
    }

    @Test("a stream is refused before it begins")
    func streamRefused() async throws {
        try await onSandbox(Self.tiny) { tuppence, _ in
            var request = ChatRequest.hello("smart-llm", maxTokens: 1_000)
            request.user = "alice"
            try await expectRefusal(.budgetExceeded) { _ = try await tuppence.stream(request) }
        }
    }

    @Test("a call may be made shorter to fit")
    func clamped() async throws {
        let clamp = "budgets: [ { name: small, scope: { user: each }, limit: $0.01, per: day, hard: clamp } ]"
        try await onSandbox(clamp) { tuppence, _ in
            var request = ChatRequest.hello("smart-llm", maxTokens: 4_000)
            request.user = "alice"
            let answer = try await tuppence.chat(request)
            let limit = try #require(answer.receipt.clampedMaxTokens)
            #expect(limit < 4_000)
            #expect(answer.cost <= Money(usd: "0.01")!)
        }
    }

    @Test("a call has a limit of its own")
    func maxCost() async throws {
        try await onSandbox { tuppence, store in
            let options = CallOptions(maxCost: Money(usd: "0.000001"))
            let error = try await refusal { _ = try await tuppence.chat(.hello("smart-llm", maxTokens: 500), options) }
            #expect(error.code == .maxCostExceeded)
            #expect(try store.entries(limit: 1).isEmpty)
        }
    }

    @Test("many calls at once never pass a budget together")
    func race() async throws {
        let budget = "budgets: [ { name: shared, scope: { key: each }, limit: $0.001, per: day } ]"
        try await onSandbox(budget) { tuppence, store in
            let answered = await withTaskGroup(of: Bool.self) { tasks in
                for _ in 0..<60 {
                    tasks.addTask { (try? await tuppence.chat(.hello("smart-llm", maxTokens: 20))) != nil }
                }
                return await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect((1..<60).contains(answered))
            let spent = try store.entries(limit: 100).reduce(Money.zero) { $0 + $1.price }
            #expect(spent <= Money(usd: "0.001")!)
            let summary = try await tuppence.spend()
            #expect(summary.budgets.map(\.account) == ["shared/app"])
            #expect(summary.budgets.map(\.spent) == [spent])
        }
    }

    @Test("what is spent is what the answers cost, by key and by model")
    func spend() async throws {
        try await onSandbox { tuppence, store in
            let first = try await tuppence.chat(.hello("fast-llm"))
            let second = try await tuppence.stream(.hello("smart-llm")).answer()
            let summary = try await tuppence.spend()
            #expect(summary.total.cost == first.cost + second.cost)
            #expect(summary.total.requests == 2 && summary.openHolds == 0 && summary.held == .zero)
            #expect(summary.keys.map(\.name) == ["app"])
            #expect(
                Set(summary.models.map { [$0.name, $0.cost.usd] }) == [
                    ["sandbox/chat-small", first.cost.usd], ["sandbox/chat-large", second.cost.usd],
                ])
            #expect(try store.verify().price == summary.total.cost)
        }
    }

    @Test("a key of another name must be there; one that is made elsewhere is, within a second")
    func keys() async throws {
        try await onSandbox { tuppence, store in
            let batch = CallOptions(key: "batch")
            let error = try await refusal { _ = try await tuppence.chat(.hello("fast-llm"), batch) }
            #expect(error.code == .invalidAPIKey)
            let key = StoredKey(
                name: "batch", hash: Array(repeating: 7, count: 32), hint: "", createdAt: Timestamp(milliseconds: 0))
            #expect(try store.insert(key, AuditRecord.ofTest))
            let isKnown = try await eventually { (try? await tuppence.chat(.hello("fast-llm"), batch)) != nil }
            #expect(isKnown)
            #expect(try store.entries(limit: 1).first?.key == "batch")
            #expect(try store.setDisabled(true, key: "batch", of: nil, AuditRecord.ofTest))
            let isRefused = try await eventually {
                do {
                    _ = try await tuppence.chat(.hello("fast-llm"), batch)
                    return false
                } catch let error as TuppenceError {
                    #expect(error.code == .keyDisabled)
                    return true
                }
            }
            #expect(isRefused)
        }
    }
}

extension AuditRecord {
    fileprivate static let ofTest = AuditRecord(
        at: Timestamp(milliseconds: 0), actor: "test", origin: "command", action: "test", subject: "batch")
}
