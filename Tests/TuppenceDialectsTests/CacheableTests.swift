import Testing

@testable import TuppenceDialects

@Suite("requests and answers as a cache sees them")
struct CacheableTests {
    private func meaning(_ text: String) -> String? { withBytes(text) { CacheableRequest.meaning($0).map(string) } }

    @Test(
        "what cannot change the answer does not count, and all else does",
        arguments: [
            (#","user":"ann""#, true), (#","stream":true"#, true), (#","stream_options":{"include_usage":true}"#, true),
            (#","metadata":{"a":"b"}"#, true), (#","safety_identifier":"x""#, true),
            (#","prompt_cache_key":"x""#, true),
            (#","prompt_cache_retention":"24h""#, true), (#","max_tokens":5"#, false), (#","tools":[]"#, false),
            (#","unheard_of":1"#, false), (#","service_tier":"flex""#, false), (#","store":true"#, false),
            (#","temperature":null"#, false),
        ])
    func members(more: String, isTheSame: Bool) throws {
        let plain = try #require(meaning(#"{"model":"a","messages":[{"content":"x"}]}"#))
        #expect((meaning(#"{"messages":[{"content":"x"}],"model":"b"\#(more)}"#) == plain) == isTheSame)
    }

    @Test("a body that is too large has no digest, on either side of the boundary")
    func size() {
        func body(_ bytes: Int) -> String { #"{"input":""# + String(repeating: "x", count: bytes - 12) + #""}"# }
        #expect(meaning(body(CacheableRequest.maximumBytes)) != nil)
        #expect(meaning(body(CacheableRequest.maximumBytes + 1)) == nil)
    }

    @Test(
        "chance has a part where there is a temperature above 0, or none, and no seed",
        arguments: [
            (#"{}"#, true), (#"{"temperature":0}"#, false), (#"{"temperature":0.0}"#, false),
            (#"{"temperature":-0e5}"#, false),
            (#"{"temperature":0e0}"#, false), (#"{"temperature":0.01}"#, true), (#"{"temperature":1}"#, true),
            (#"{"temperature":null}"#, true), (#"{"temperature":"0"}"#, true), (#"{"temperature":1,"seed":7}"#, false),
            (#"{"seed":0}"#, false), (#"{"seed":null}"#, true), (#"{"temperature":0,"web_search_options":{}}"#, true),
            (#"{"temperature":0,"search_parameters":{"mode":"auto"}}"#, true),
            (#"{"temperature":0,"plugins":null}"#, false),
            (#"{"\u0074emperature":0}"#, false), (#"{"messages":[{"temperature":0}]}"#, true),
        ])
    func chance(body: String, isSampled: Bool) {
        #expect(withBytes(body) { CacheableRequest.isSampled($0, endpoint: .chat) } == isSampled)
        #expect(withBytes(body) { CacheableRequest.isSampled($0, endpoint: .completions) } == isSampled)
        #expect(withBytes(body) { CacheableRequest.isSampled($0, endpoint: .embeddings) } == false)
    }

    @Test(
        "a whole answer is complete when all its choices have come to a proper end",
        arguments: [
            (#"{"choices":[{"index":0,"finish_reason":"stop"}]}"#, true),
            (#"{"choices":[{"index":0,"finish_reason":"length"},{"index":1,"finish_reason":"tool_calls"}]}"#, true),
            (#"{"choices":[{"finish_reason":"stop"},{"finish_reason":"content_filter"}]}"#, false),
            (#"{"choices":[{"index":0,"finish_reason":"stop"},{"index":1,"finish_reason":null}]}"#, false),
            (#"{"choices":[{"finish_reason":"error"}]}"#, false), (#"{"choices":[{"finish_reason":"new"}]}"#, false),
            (#"{"choices":[{}]}"#, false), (#"{"choices":[]}"#, false), (#"{}"#, false), ("nonsense", false),
            (#"{"choices":[{"finish_reason":"stop"}],"error":{"message":"x"}}"#, false),
            (#"{"choices":[{"finish_reason":"stop"}],"error":null}"#, true),
            // Of embeddings.
            (#"{"data":[{"embedding":[1]}]}"#, false),
        ])
    func whole(body: String, isComplete: Bool) {
        #expect(withBytes(body) { CacheableAnswer.isComplete($0, endpoint: .chat) } == isComplete)
    }

    @Test("embeddings are complete when there are any")
    func embeddings() {
        func isComplete(_ body: String) -> Bool {
            withBytes(body) { CacheableAnswer.isComplete($0, endpoint: .embeddings) }
        }
        #expect(isComplete(#"{"data":[{"embedding":[1]}]}"#))
        #expect(!isComplete(#"{"error":{"message":"x"}}"#))
        #expect(!isComplete(#"{"data":[],"error":{"message":"x"}}"#))
    }

    @Test("a stream is complete when every choice that it began has ended")
    func stream() {
        func event(_ index: Int, _ reason: String?) -> String {
            let reason = reason.map { "\"\($0)\"" } ?? "null"
            return "data: {\"choices\":[{\"index\":\(index),\"delta\":{},\"finish_reason\":\(reason)}]}\n\n"
        }
        func isComplete(_ events: String...) -> Bool {
            withBytes(events.joined()) { CacheableAnswer.isComplete(events: $0) }
        }
        let usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\r\n\r\n"
        #expect(isComplete(event(0, nil), event(0, "stop"), usage))
        #expect(isComplete(event(0, nil), event(1, nil), event(1, "length"), event(0, "stop")))
        #expect(!isComplete(event(0, nil), event(1, nil), event(0, "stop"), usage))
        #expect(!isComplete(event(0, nil), event(0, ""), usage))
        #expect(!isComplete(event(0, "content_filter")))
        #expect(isComplete(event(0, "stop"), event(0, nil)), "a chunk behind the end takes nothing back")
        #expect(!isComplete(usage))
        #expect(!isComplete())
        #expect(!isComplete(event(0, "stop"), "data: {\"choices\""))
        #expect(!isComplete(event(0, "stop"), "data: nonsense\n\n"))
    }
}
