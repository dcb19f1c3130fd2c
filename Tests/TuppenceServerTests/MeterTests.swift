import Foundation
import Synchronization
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("The meter alone")
    struct MeterTests {
        private let budget = BudgetRule(
            name: "app", scope: [.key: .exactly("app")], limit: Money(nanodollars: 1_000), period: .total)

        private func post(_ gateway: TestGateway, _ path: String, _ body: String) async throws -> TestClient.Answer {
            try await gateway.client.post(path, key: TestGateway.key, body: body)
        }

        @Test("a hold that is granted after its caller was sent away is given back")
        func lateGrant() async throws {
            let gateway = try await TestGateway.start(providers: [:], budgets: [budget]) { settings, _ in
                settings.ledgerTimeout = Milliseconds(100)
            }
            gateway.store.answer(after: 0.5)
            let answer = try await post(gateway, "/v1/holds", #"{"model":"a/b","amount_usd":"0.0000005"}"#)
            #expect(answer.status == 503)
            gateway.store.answer(after: 0)
            #expect(try await eventually { gateway.entries.count == 1 })
            #expect(gateway.entries.map(\.outcome) == [.aborted])
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("a hold of a key is settled once, and the second time told of as the first has left it")
        func settling() async throws {
            let books = RecordedBooks()
            let gateway = try await TestGateway.start(providers: [:], budgets: [budget], books: books)
            let made = try await post(gateway, "/v1/holds", #"{"model":"a/b","amount_usd":"0.0000005"}"#)
            #expect(made.status == 201)
            let hold = try #require(gateway.store.contents.holds.values.first)
            let id = "hold_" + hold.attempt.request.description.dropFirst(4)
            #expect(made.body.contains(id))
            books.known.withLock { $0 = FoundHold(hold: hold, entry: nil, late: nil, page: 1) }
            let settled = try await post(gateway, "/v1/holds/\(id)/settle", #"{"cost_usd":"0.0000002"}"#)
            #expect(
                settled.status == 200
                    && settled.body.contains(#""cost_usd":0.0000002,"late":false,"remaining_usd":0.0000008"#))
            #expect(!settled.body.contains("already_settled"))
            // Who has looked for it before it was settled is told by the ledger, and looks again.
            books.afterwards.withLock { $0 = FoundHold(hold: hold, entry: gateway.entries.first, late: nil, page: 2) }
            let again = try await post(gateway, "/v1/holds/\(id)/settle", #"{"cost_usd":"0.0000004"}"#)
            #expect(again.body.contains(#""cost_usd":0.0000002"#) && again.body.contains(#""already_settled":true"#))
            #expect(gateway.entries.count == 1)
        }

        @Test(
            "a hold is settled and released with its key, whose customer's it is meanwhile and though it is disabled or over",
            arguments: [
                Key(name: "app", customer: "beta"), Key(name: "app", isDisabled: true),
                Key(name: "app", expiresAt: Timestamp(seconds: 1)),
            ])
        func changedKey(key: Key) async throws {
            let secret = "tp_test_changed_01234567"
            for (action, body) in [("settle", #"{"cost_usd":"0.0000002"}"#), ("release", "")] {
                let books = RecordedBooks()
                let gateway = try await TestGateway.start(
                    providers: [:], budgets: [budget], books: books, moreKeys: [secret: key])
                let made = try await gateway.client.post(
                    "/v1/holds", key: TestGateway.key, body: #"{"model":"a/b","amount_usd":"0.0000005"}"#,
                    fields: [("x-tuppence-customer", "acme")])
                #expect(made.status == 201)
                let hold = try #require(gateway.store.contents.holds.values.first)
                let id = "hold_" + hold.attempt.request.description.dropFirst(4)
                books.known.withLock { $0 = FoundHold(hold: hold, entry: nil, late: nil, page: 1) }
                let answer = try await gateway.client.post("/v1/holds/\(id)/\(action)", key: secret, body: body)
                #expect(answer.status == 200, "\(answer.body)")
                #expect(gateway.entries.map(\.attribution.customer) == ["acme"])
                #expect(gateway.store.contents.holds.isEmpty)
                if key.isDisabled || key.expiresAt != nil {
                    let more = try await gateway.client.post("/v1/holds", key: secret, body: "{}")
                    #expect(more.status == 403 && more.body.contains("key_disabled"))
                }
            }
        }

        /// With room for less than half of what `large` asks for.
        private func clamping() async throws -> TestGateway {
            let budget = BudgetRule(
                name: "app", scope: [:], limit: Money(nanodollars: 100_000), period: .total, actions: [.clamp])
            return try await TestGateway.start(providers: ["a": "http://127.0.0.1:1"], budgets: [budget])
        }
        private static let large = #"{"model":"a/b","input_tokens":10,"max_tokens":100}"#

        @Test("a program that asks for it is granted fewer tokens, and told how many")
        func clamped() async throws {
            let gateway = try await clamping()
            let answer = try await gateway.client.post(
                "/v1/holds", key: TestGateway.key, body: Self.large, fields: [("x-tuppence-on-budget", "clamp")])
            #expect(answer.status == 201, "\(answer.body)")
            let tokens = try #require(answer["x-tuppence-clamped-max-tokens"].flatMap { Int($0) })
            #expect((16..<50).contains(tokens))
            #expect(answer.body.contains(#""max_tokens":\#(tokens),"clamped":true"#), "\(answer.body)")
            let held = try #require(gateway.store.contents.holds.values.first)
            #expect(held.amount <= Money(nanodollars: 100_000) && gateway.store.contents.holds.count == 1)
            await gateway.stop()
        }

        @Test("a program that does not is refused, and told how many tokens there is room for")
        func affordable() async throws {
            let gateway = try await clamping()
            let refused = try await post(gateway, "/v1/holds", Self.large)
            #expect(refused.status == 402, "\(refused.body)")
            let affordable = try #require(refused.body.firstMatch(of: #/"affordable_max_tokens":(\d+)/#)?.1)
            let less = try await post(
                gateway, "/v1/holds", #"{"model":"a/b","input_tokens":10,"max_tokens":\#(affordable)}"#)
            #expect(less.status == 201 && less.body.contains(#""max_tokens":\#(affordable),"remaining_usd""#))
            #expect(less["x-tuppence-clamped-max-tokens"] == nil)
            await gateway.stop()
        }

        @Test(
            "what is no id of a hold is told, with what one looks like, and no other path is",
            arguments: ["settle", "release"])
        func malformed(action: String) async throws {
            let gateway = try await TestGateway.start(providers: [:])
            for id in [
                "hold_nope", "req_" + String(repeating: "0", count: 32), "hold_" + String(repeating: "0", count: 31),
            ] {
                let answer = try await post(gateway, "/v1/holds/\(id)/\(action)", "{}")
                #expect(answer.status == 404 && answer.body.contains("not_found"))
                #expect(answer.body.contains("There is no hold with this id") && answer.body.contains("32 hexadecimal"))
            }
            let elsewhere = try await post(gateway, "/v1/holds/hold_nope/\(action)s", "{}")
            #expect(elsewhere.status == 404 && elsewhere.body.contains("There is nothing at"))
            await gateway.stop()
        }

        @Test("books that do not answer are waited for no longer than is set")
        func silence() async throws {
            let gateway = try await TestGateway.start(providers: [:], books: SilentBooks()) { settings, _ in
                settings.booksTimeout = Milliseconds(100)
            }
            let id = "hold_" + String(repeating: "0", count: 32)
            let answer = try await post(gateway, "/v1/holds/\(id)/release", "")
            #expect(answer.status == 503 && answer.body.contains("ledger_unavailable"))
        }
    }
}

/// Books that say what they are told to: first the one, then the other.
private final class RecordedBooks: LedgerBooks {
    let known = Mutex<FoundHold?>(nil)
    let afterwards = Mutex<FoundHold?>(nil)
    private let asked = Mutex(0)

    func ask(_ question: BooksQuestion, for port: any BooksPort, token: Int) {
        let count = asked.withLock { asked in
            asked += 1
            return asked
        }
        let found = count > 2 ? afterwards.withLock { $0 } : known.withLock { $0 }
        port.booksReplied(.success(.hold(found)), token: token)
    }
}

private final class SilentBooks: LedgerBooks {
    func ask(_ question: BooksQuestion, for port: any BooksPort, token: Int) {}
}
