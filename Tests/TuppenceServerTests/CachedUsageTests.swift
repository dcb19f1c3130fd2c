import Foundation
import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("What answers from the cache say of their tokens")
    struct CachedUsageTests {
        private static let done = "data: [DONE]\n\n"
        private static let named = #""id":"x","object":"o","created":7,"model":"m-1""#
        private static let text = #""choices":[{"index":0,"text":"hello","delta":{"content":"hello"}}]"#
        private static let letter = #""choices":[{"index":0,"text":"a","delta":{"content":"a"}}]"#
        private static let stop = #""choices":[{"index":0,"text":"","delta":{},"finish_reason":"stop"}]"#
        private static let early = #""usage":{"prompt_tokens":7,"completion_tokens":0}"#
        private static let elsewhere = #""x_groq":{"usage":{"prompt_tokens":10,"completion_tokens":5}}"#
        /// Streams whose callers are not told all tokens by their provider.
        private static let uncounted: [String] = [
            event(text) + event(stop),
            // More pieces than text of four bytes each.
            (1...8).map { _ in event(letter) }.joined() + event(stop),
            event(text) + event(stop, #""usage":{"prompt_tokens":-5}"#),
            event(text, early) + event(text) + event(stop), event(text) + event(stop, elsewhere),
        ]
        private static let asked = #","stream":true,"stream_options":{"include_usage":true}"#
        private static let free = #""cost":0,"cost_details":{"input":0,"output":0}"#

        private static func event(_ members: String...) -> String {
            "data: {\(([named] + members).joined(separator: ","))}\n\n"
        }

        private static func stream(_ events: String, type: String = "text/event-stream") -> [ScriptedUpstream.Step] {
            [.streamHead(type: type), .chunk(events + done), .lastChunk]
        }

        /// What the same question is answered, asked in several ways one after the other; the first is new, and the others are
        /// from the cache.
        private func ask(
            _ steps: [ScriptedUpstream.Step], at endpoint: String = "chat/completions", to ways: [String]
        ) async throws -> (answers: [TestClient.Answer], entry: LedgerEntry) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in steps }
            let cache = MemoryCache()
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL],
                cache: GatewayCache(policy: CachePolicy(), budgets: []) { cache },
                // Deadlines are not what these tests are about.
                settings: { data, _ in data.cacheTimeout = .seconds(30) })
            let question = [
                "chat/completions": #""messages":[{"role":"user","content":"Grüße, what is it?"}],"max_tokens":20"#,
                "completions": #""prompt":"Grüße, what is it?","max_tokens":20"#, "embeddings": #""input":"Grüße""#,
            ]
            var answers: [TestClient.Answer] = []
            for way in ways {
                answers.append(
                    try await gateway.client.post(
                        "/v1/\(endpoint)", key: TestGateway.key,
                        body: #"{"model":"p/m","temperature":0,\#(question[endpoint] ?? "")\#(way)}"#))
            }
            await gateway.stop()
            #expect(upstream.requests.count == 1)
            let marks = answers.map { $0["x-tuppence-cache"] ?? "" }
            #expect(marks == ["miss"] + Array(repeating: "hit", count: ways.count - 1))
            let entry = try #require(gateway.entries.first { $0.outcome == .completed })
            return (answers, entry)
        }

        private func usageChunks(_ answer: TestClient.Answer) -> [[String: Any]] {
            Recording.documents(of: answer.body, isStream: true).compactMap { $0 as? [String: Any] }
                .filter { $0["usage"] is [String: Any] }
        }

        /// What the last usage says that is told in events, or the one of a whole.
        private func tokens(_ answer: TestClient.Answer, isStream: Bool) -> [Int?] {
            let documents = Recording.documents(of: answer.body, isStream: isStream).compactMap { $0 as? [String: Any] }
            let usage = documents.compactMap { $0["usage"] as? [String: Any] }.last
            return ["prompt_tokens", "completion_tokens", "total_tokens"].map { usage?[$0] as? Int }
        }

        private func booked(_ entry: LedgerEntry) -> [Int?] {
            let (input, output) = (entry.usage.totalInput, entry.usage.totalOutput)
            return [input, output, input + output]
        }

        @Test(
            "a stream ends with what it was booked at when it was new, and costs nothing, as its chunks are named",
            arguments: ["chat/completions", "completions"], uncounted)
        func streams(endpoint: String, events: String) async throws {
            let (answers, entry) = try await ask(Self.stream(events), at: endpoint, to: [Self.asked, Self.asked])
            let booked = booked(entry)
            for answer in answers {
                #expect(tokens(answer, isStream: true) == booked, "\(answer.body)")
                #expect(answer.isComplete && answer.body.hasSuffix("}}}\n\n" + Self.done), "\(answer.body)")
            }
            let chunks = answers.map(usageChunks)
            #expect(chunks[0].count == chunks[1].count, "\(answers[1].body)")
            let first = try #require(chunks[0].last)
            let second = try #require(chunks[1].last)
            for name in ["id", "object", "model"] { #expect(second[name] as? String == first[name] as? String) }
            #expect(second["created"] as? Int == 7 && (second["choices"] as? [Any])?.isEmpty == true)
            #expect(answers[1].body.contains(Self.free) && answers[1]["x-tuppence-cost-usd"] == "0")
        }

        @Test("so does one that was new to who asked for no usage, and who asks for none from the cache gets none")
        func askedLater() async throws {
            let plain = #","stream":true"#
            let (answers, entry) = try await ask(
                Self.stream(Self.event(Self.text) + Self.event(Self.stop)), to: [plain, Self.asked, plain])
            #expect(answers.map { usageChunks($0).count } == [0, 1, 0])
            let booked = booked(entry)
            #expect(tokens(answers[1], isStream: true) == booked, "\(answers[1].body)")
            #expect(answers[2].body == answers[0].body && !answers[2].body.contains("usage"))
        }

        @Test("one that its provider has counted has that count alone")
        func counted() async throws {
            let finish = Fixture.finish.components(separatedBy: Self.done)[0]
            let (answers, _) = try await ask(
                Self.stream(Fixture.event("hello") + finish), to: [Self.asked, Self.asked])
            #expect(answers.map { usageChunks($0).count } == [1, 1])
            #expect(answers.allSatisfy { tokens($0, isStream: true) == [10, 5, 15] })
        }

        @Test(
            "a whole answer has a usage object, in place of any that makes no sense, and costs nothing",
            arguments: [nil, "null", #"{"prompt_tokens":-5}"#, #"{"prompt_tokens":7,"completion_tokens":-1}"#]
                as [String?], ["chat/completions", "completions", "embeddings"])
        func wholes(usage: String?, endpoint: String) async throws {
            let object =
                endpoint == "embeddings"
                ? #"{"data":[{"index":0,"embedding":[1]}]"#
                : #"{"choices":[{"index":0,"text":"hello","message":{"content":"hello"},"finish_reason":"stop"}]"#
            let body = object + (usage.map { #","usage":\#($0)"# } ?? "") + #","odd":1}"#
            let (answers, entry) = try await ask([.answer(body)], at: endpoint, to: ["", ""])
            let told = answers.map { tokens($0, isStream: false) }
            #expect(told[0][0] == entry.usage.totalInput && entry.usage.totalInput > 0, "\(answers[0].body)")
            #expect(told[1] == told[0], "\(answers[1].body)")
            #expect(answers[1].body.contains(Self.free) && answers[1].body.contains(#""odd":1"#))
            #expect(answers[1]["x-tuppence-cost-usd"] == "0")
        }

        @Test("so has one that is told in events")
        func toldInEvents() async throws {
            let whole = Fixture.answer.components(separatedBy: #","usage""#)[0] + "}"
            let (answers, entry) = try await ask([.answer(whole)], to: [Self.asked, Self.asked])
            let booked = booked(entry)
            #expect(answers.allSatisfy { tokens($0, isStream: true) == booked }, "\(answers[1].body)")
            #expect(answers[1].body.contains(Self.free) && entry.cost > .zero)
        }

        @Test("and one that was put together of events, whatever they have counted", arguments: uncounted)
        func collected(events: String) async throws {
            let (answers, entry) = try await ask(Self.stream(events), to: ["", ""])
            let booked = booked(entry)
            #expect(answers.allSatisfy { tokens($0, isStream: false) == booked }, "\(answers[1].body)")
            #expect(answers[1].body.contains(Self.free) && !answers[1].body.contains("reported"))
        }

        @Test("a stream that its provider calls something else is given again, too")
        func misnamed() async throws {
            let finish = Fixture.finish.components(separatedBy: Self.done)[0]
            let (answers, _) = try await ask(
                Self.stream(Fixture.event("hello") + finish, type: "application/json"), to: [Self.asked, Self.asked])
            #expect(answers[1]["content-type"] == "text/event-stream; charset=utf-8" && answers[1].isComplete)
            #expect(answers[1].body.contains(#""content":"hello""#) && answers[1].body.contains(Self.free))
        }
    }
}
