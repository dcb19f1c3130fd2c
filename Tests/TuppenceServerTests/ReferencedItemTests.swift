import Foundation
import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    /// Vercel's AI SDK sends what was said before as references to items, unless it is told not to store.
    @Suite("Referenced items")
    struct ReferencedItemTests {
        private static let answer =
            #"{"id":"resp_@","object":"response","status":"completed","output":[{"type":"reasoning","id":"rs_@","summary":[]},{"type":"message","id":"msg_@","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello @","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":3,"total_tokens":13}}"#

        /// Two providers, whose answers are called after the model that is asked.
        private func withGateway(
            _ dialect: Dialect = .responses, _ body: (TestGateway, MemoryCache, ScriptedUpstream) async throws -> Void
        ) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                guard dialect == .responses else { return [.answer(Fixture.answer)] }
                let name = request.body.contains(#""model":"one""#) ? "one" : "two"
                return [.answer(Self.answer.replacing("@", with: name))]
            }
            let cache = MemoryCache()
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL, "b": upstream.baseURL], responses: cache,
                dialects: ["a": dialect, "b": dialect])
            try await body(gateway, cache, upstream)
        }

        private func ask(
            _ gateway: TestGateway, _ model: String, _ items: String..., after previousID: String? = nil
        ) async throws -> TestClient.Answer {
            let input = items.map { $0.hasPrefix("{") ? $0 : #"{"type":"item_reference","id":"\#($0)"}"# }
            let previous = previousID.map { #""previous_response_id":"\#($0)","# } ?? ""
            return try await gateway.client.post(
                "/v1/responses", key: TestGateway.key,
                body: #"{"model":"\#(model)",\#(previous)"input":[\#(input.joined(separator: ","))]}"#)
        }

        private static let said = #"{"role":"user","content":"hi"}"#

        @Test("their provider gets them as it gave them, from several answers")
        func same() async throws {
            try await withGateway { gateway, _, upstream in
                #expect(try await ask(gateway, "a/one", Self.said).status == 200)
                #expect(try await ask(gateway, "a/two", Self.said).status == 200)
                let next = try await ask(
                    gateway, "a/three", Self.said, "rs_one", "msg_one", Self.said, "msg_two", Self.said)
                #expect(next.status == 200)
                let sent = try #require(upstream.requests.last).body
                #expect(
                    sent.contains(#"{"type":"reasoning","id":"rs_one","summary":[]},{"type":"message","id":"msg_one""#))
                #expect(sent.contains(#""text":"hello two""#) && !sent.contains("item_reference"))
                #expect(!next.body.contains("previous_response_id"))
            }
        }

        @Test(
            "they go out once where the request goes on from their answer, too, in the order in which they were said",
            arguments: [["rs_one", "msg_one"], ["msg_one", "rs_one", "msg_one"]])
        func twice(ids: [String]) async throws {
            try await withGateway { gateway, _, upstream in
                #expect(try await ask(gateway, "a/one", Self.said).status == 200)
                let references = ids.map { #"{"type":"item_reference","id":"\#($0)"}"# }.joined(separator: ",")
                let next = try await ask(gateway, "a/two", references, Self.said, after: "resp_one")
                #expect(next.status == 200 && next.body.contains(#""previous_response_id":"resp_one""#))
                let sent = try #require(upstream.requests.last).body
                #expect(
                    sent.contains(
                        #"[{"role":"user","content":"hi"},{"type":"reasoning","id":"rs_one","summary":[]},{"type":"message","id":"msg_one","#
                    ), "\(sent)")
                #expect(sent.components(separatedBy: "rs_one").count == 2, "\(sent)")
                #expect(sent.components(separatedBy: "msg_one").count == 2, "\(sent)")
                #expect(!sent.contains("item_reference"))
            }
        }

        @Test("one that is sent itself, and referred to as well, goes out once, and none is looked for")
        func itself() async throws {
            try await withGateway { gateway, cache, upstream in
                cache.break()
                let item =
                    #"{"type":"message","id":"msg_x","role":"assistant","content":[{"type":"output_text","text":"yes","annotations":[]}]}"#
                #expect(try await ask(gateway, "a/one", Self.said, item, "msg_x").status == 200)
                let sent = try #require(upstream.requests.last).body
                #expect(sent.components(separatedBy: "msg_x").count == 2, "\(sent)")
            }
        }

        @Test("another provider does not get thoughts that only the first one knows")
        func otherProvider() async throws {
            try await withGateway { gateway, _, upstream in
                #expect(try await ask(gateway, "a/one", Self.said).status == 200)
                #expect(try await ask(gateway, "b/two", Self.said, "rs_one", "msg_one", Self.said).status == 200)
                let sent = try #require(upstream.requests.last).body
                #expect(!sent.contains("rs_one") && sent.contains("hello one"))
            }
        }

        @Test("a provider of another dialect gets what they say")
        func translated() async throws {
            try await withGateway(.openAI) { gateway, _, upstream in
                let first = try await ask(gateway, "a/one", Self.said)
                let object = try JSONSerialization.jsonObject(with: Data(first.body.utf8)) as? [String: Any]
                let output = try #require(object?["output"] as? [[String: Any]])
                let id = try #require(output.first?["id"] as? String)
                #expect(try await ask(gateway, "a/one", Self.said, id, Self.said).status == 200)
                let sent = try #require(upstream.requests.last).body
                #expect(sent.contains(#""role":"assistant","content":"hello""#), "\(sent)")
            }
        }

        @Test("one that is nobody's, or whose answer was deleted, is not found, and nothing is sent")
        func missing() async throws {
            try await withGateway { gateway, cache, upstream in
                #expect(try await ask(gateway, "a/one", Self.said).status == 200)
                let deleted = try await gateway.client.raw(
                    "DELETE /v1/responses/resp_one HTTP/1.1\r\nhost: test\r\nauthorization: Bearer \(TestGateway.key)\r\n\r\n"
                )
                #expect(deleted.status == 200 && cache.kept.isEmpty)
                for id in ["msg_none", "msg_one", "resp_one"] {
                    let answer = try await ask(gateway, "a/one", Self.said, id)
                    #expect(answer.status == 404 && answer.body.contains(#""code":"not_found""#))
                    #expect(answer.body.contains(#""param":"input""#) && answer.body.contains("'\(id)'"))
                }
                #expect(upstream.requests.count == 1)
            }
        }

        @Test("where nothing can be read of earlier answers, they are not said to be missing")
        func unreadable() async throws {
            try await withGateway { gateway, cache, _ in
                #expect(try await ask(gateway, "a/one", Self.said).status == 200)
                cache.break()
                let answer = try await ask(gateway, "a/one", "msg_one")
                #expect(answer.status == 500 && answer["retry-after"] == "1")
            }
        }
    }
}
