import Foundation
import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    /// Answers of Responses that are kept, where they cannot be read or written for a while. What holds otherwise is tested
    /// with the SDK.
    @Suite("Stored responses")
    struct StoredResponseTests {
        /// A gateway with one answer kept, which is at the path.
        private func withAnswer(_ body: (TestGateway, MemoryCache, _ path: String) async throws -> Void) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let cache = MemoryCache()
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], responses: cache,
                settings: { settings, _ in settings.booksTimeout = .seconds(30) })
            let answer = try await gateway.client.post(
                "/v1/responses", key: TestGateway.key, body: #"{"model":"p/m","input":"hi","max_output_tokens":20}"#)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
            try await body(gateway, cache, "/v1/responses/\(try #require(object["id"] as? String))")
        }

        @Test("what one provider has thought is not sent to another, who does not know it, and comes back to the first")
        func otherProvider() async throws {
            let answer =
                #"{"id":"resp_@","object":"response","status":"completed","output":[{"type":"reasoning","id":"rs_@","summary":[]},{"type":"message","id":"msg_@","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":3,"total_tokens":13}}"#
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                [.answer(answer.replacing("@", with: request.body.contains(#""model":"one""#) ? "one" : "two"))]
            }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL, "b": upstream.baseURL], responses: MemoryCache(),
                dialects: ["a": .responses, "b": .responses])
            func ask(_ model: String, after id: String?) async throws -> String {
                let previous = id.map { #","previous_response_id":"\#($0)""# } ?? ""
                let answer = try await gateway.client.post(
                    "/v1/responses", key: TestGateway.key, body: #"{"model":"\#(model)","input":"hi"\#(previous)}"#)
                #expect(answer.status == 200)
                return try #require(upstream.requests.last).body
            }
            _ = try await ask("a/one", after: nil)
            let same = try await ask("a/one", after: "resp_one")
            #expect(same.contains("rs_one"))
            let other = try await ask("b/two", after: "resp_one")
            #expect(!other.contains("rs_one") && other.contains("msg_one"))
            // Nor does the next answer's conversation have it.
            let next = try await ask("b/two", after: "resp_two")
            #expect(!next.contains("rs_one") && next.contains("rs_two"))
        }

        @Test("one that comes whole in place of a stream says what it goes on from")
        func otherwise() async throws {
            let answer =
                #"{"id":"resp_one","object":"response","status":"completed","output":[{"type":"message","id":"msg_one","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":3,"total_tokens":13}}"#
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], responses: MemoryCache(), dialects: ["a": .responses])
            func ask(_ more: String) async throws -> TestClient.Answer {
                try await gateway.client.post(
                    "/v1/responses", key: TestGateway.key, body: #"{"model":"a/one","input":"hi"\#(more)}"#)
            }
            #expect(try await ask("").status == 200)
            let next = try await ask(#","stream":true,"previous_response_id":"resp_one""#)
            #expect(next.status == 200 && next.body.hasPrefix("event: response.created\n"))
            #expect(next.body.contains(#""previous_response_id":"resp_one""#))
        }

        @Test("one says what it goes on from though its provider has no such member, whole and in events")
        func missingMember() async throws {
            let answer =
                #"{"id":"resp_one","object":"response","status":"completed","output":[{"type":"message","id":"msg_one","role":"assistant","content":[{"type":"output_text","text":"hello"}]}],"usage":{"input_tokens":10,"output_tokens":3,"total_tokens":13}}"#
            let events =
                #"data: {"type":"response.created","response":{"id":"resp_one"}}"# + "\n\n"
                + #"data: {"type":"response.in_progress","response":{ }}"# + "\n\n"
                + #"data: {"type":"response.completed","response":\#(answer)}"# + "\n\n"
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                request.body.contains(#""stream":true"#)
                    ? [.streamHead(), .chunk(events), .lastChunk] : [.answer(answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], responses: MemoryCache(), dialects: ["a": .responses])
            func ask(_ more: String) async throws -> TestClient.Answer {
                try await gateway.client.post(
                    "/v1/responses", key: TestGateway.key, body: #"{"model":"a/one","input":"hi"\#(more)}"#)
            }
            #expect(try await !ask("").body.contains("previous_response_id"))
            let previous = #""previous_response_id":"resp_one""#
            let whole = try await ask(",\(previous)")
            #expect(whole.body.hasPrefix(#"{\#(previous),"id":"resp_one","#), "\(whole.body)")
            let streamed = try await ask(#","stream":true,\#(previous)"#).body
            #expect(streamed.contains(#"{"type":"response.created","response":{\#(previous),"id":"resp_one"}}"#))
            #expect(streamed.contains(#""response":{ }}"#), "\(streamed)")
            #expect(streamed.contains(#"{"type":"response.completed","response":{\#(previous),"id":"resp_one","#))
        }

        private func ask(_ gateway: TestGateway, _ method: String, _ path: String) async throws -> TestClient.Answer {
            try await gateway.client.raw(
                "\(method) \(path) HTTP/1.1\r\nhost: test\r\nauthorization: Bearer \(TestGateway.key)\r\n\r\n")
        }

        @Test("one is told again as a stream, from wherever its reader has stopped")
        func events() async throws {
            try await withAnswer { gateway, _, path in
                let all = try await ask(gateway, "GET", "\(path)?stream=true")
                #expect(all.status == 200 && all["content-type"] == "text/event-stream; charset=utf-8")
                #expect(all.body.hasPrefix("event: response.created\ndata: {"))
                #expect(all.body.contains(#""delta":"hello""#))
                let events = all.body.components(separatedBy: "\n\n").dropLast()
                let rest = try await ask(gateway, "GET", "\(path)?stream=true&starting_after=3")
                #expect(rest.body.components(separatedBy: "\n\n").dropLast() == events.dropFirst(4))
                // Its last event has the answer as it is shown.
                let whole = try await ask(gateway, "GET", path)
                #expect(events.last?.hasSuffix(#","response":\#(whole.body)}"#) == true)
                #expect(try await ask(gateway, "GET", "\(path)?stream=false").body == whole.body)
                #expect(try await ask(gateway, "GET", "/v1/responses/resp_none?stream=true").status == 404)
            }
        }

        @Test("one is said to be deleted once it is, and not found from then on")
        func deletion() async throws {
            try await withAnswer { gateway, cache, path in
                #expect(try await ask(gateway, "GET", path).status == 200)
                let deleted = try await ask(gateway, "DELETE", path)
                #expect(deleted.status == 200 && deleted.body.contains(#""deleted":true"#))
                #expect(cache.kept.isEmpty)
                #expect(try await ask(gateway, "GET", path).status == 404)
                #expect(try await ask(gateway, "DELETE", path).status == 404)
            }
        }

        @Test("one that cannot be deleted is not said to be")
        func readOnly() async throws {
            try await withAnswer { gateway, cache, path in
                cache.makeReadOnly()
                let answer = try await ask(gateway, "DELETE", path)
                #expect(answer.status == 500 && answer.body.contains("Whether the answer was deleted is not known."))
                #expect(answer["retry-after"] == "1")
                #expect(try await ask(gateway, "GET", path).status == 200)
                cache.repair()
                #expect(try await ask(gateway, "DELETE", path).status == 200)
            }
        }

        @Test("one that cannot be read is not said to be missing", arguments: ["GET", "DELETE"])
        func unreadable(method: String) async throws {
            try await withAnswer { gateway, cache, path in
                cache.break()
                let answer = try await ask(gateway, method, path)
                #expect(answer.status == 500 && answer.body.contains("could not be read. Try again."))
                cache.repair()
                #expect(try await ask(gateway, method, path).status == 200)
            }
        }
    }
}
