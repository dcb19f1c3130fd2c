import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Items that a request of Responses refers to")
struct ReferencedItemsTests {
    private static let message =
        #"{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"A cat."}]}"#
    private static let thought = #"{"type":"reasoning","id":"rs_1","summary":[]}"#
    private static let call = #"{"type":"function_call","id":"fc_1","call_id":"c","name":"f","arguments":"{}"}"#
    private static let kept = Array(
        #"{"input":[{"role":"user","content":"Hi"},\#(message)],"response":{"id":"resp_1","output":[\#(thought),\#(call)]}}"#
            .utf8)

    private func request(_ items: String...) -> [UInt8] {
        Array(#"{"model": "m", "input": [\#(items.joined(separator: " , "))], "store": true}"#.utf8)
    }

    private func reference(_ id: String) -> String { #"{"type": "item_reference", "id": "\#(id)"}"# }

    @Test("stand in its input as they were said, those of the conversation before the answer, too")
    func putIn() throws {
        let own = #"{"role": "user", "content": "item_reference"}"#
        let asked = request(own, reference("msg_1"), reference("rs_1"), reference("fc_1"))
        #expect(ResponsesConversation.mentions(in: asked).hasReferences)
        var items = try #require(ReferencedItems(asked))
        #expect(items.next == "fc_1")
        let isThere = items.take(from: Self.kept, leavingOutThoughts: false)
        #expect(isThere && items.next == nil)
        let resolved =
            #"{"model": "m", "input": [\#(own),\#(Self.message),\#(Self.thought),\#(Self.call)], "store": true}"#
        #expect(string(items.resolved) == resolved)
        #expect(items.count >= items.resolved.count)
        #expect(!ResponsesConversation.mentions(in: items.resolved).hasReferences)
    }

    @Test("are looked for in one answer after the other, the latest first")
    func several() throws {
        var items = try #require(ReferencedItems(request(reference("msg_0"), reference("msg_1"))))
        let first = items.take(from: Self.kept, leavingOutThoughts: false)
        #expect(first && items.next == "msg_0")
        let again = items.take(from: Self.kept, leavingOutThoughts: false)
        #expect(!again && items.next == "msg_0")
        let other = #"{"input":[],"response":{"output":[{"type":"message","id":"msg_0"}]}}"#
        let last = items.take(from: Array(other.utf8), leavingOutThoughts: false)
        #expect(last && items.next == nil)
    }

    @Test("are left out where only another provider knows what they are")
    func thoughts() throws {
        var items = try #require(ReferencedItems(request(reference("rs_1"), reference("fc_1"))))
        let isThere = items.take(from: Self.kept, leavingOutThoughts: true)
        #expect(isThere)
        #expect(string(items.resolved) == #"{"model": "m", "input": [\#(Self.call)], "store": true}"#)
    }

    @Test("stand there once, where they were said, though they are referred to as well, or twice")
    func once() throws {
        let asked = request(
            reference("rs_1"), Self.message, reference("msg_1"), reference("fc_1"), reference("fc_1"),
            reference("rs_1"))
        var items = try #require(ReferencedItems(asked))
        #expect(items.next == "fc_1")
        let isThere = items.take(from: Self.kept, leavingOutThoughts: false)
        #expect(isThere && items.next == nil)
        let resolved = #"{"model": "m", "input": [\#(Self.thought),\#(Self.message),\#(Self.call)], "store": true}"#
        #expect(string(items.resolved) == resolved)
        let known = try #require(ReferencedItems(request(reference("msg_1"), Self.message)))
        #expect(known.next == nil)
        #expect(string(known.resolved) == #"{"model": "m", "input": [\#(Self.message)], "store": true}"#)
    }

    @Test(
        "are none where nothing is referred to",
        arguments: [
            "{}", #"{"input": "item_reference"}"#, #"{"input": []}"#,
            #"{"input": [{"type": "message", "role": "user", "content": "item_reference"}]}"#,
            #"{"input": [{"id": "msg_1"}]}"#, #"{"input": ["item_reference", 1, null]}"#, "[", "",
        ]
    )
    func none(body: String) {
        #expect(ReferencedItems(Array(body.utf8)) == nil)
        #expect(!ResponsesConversation.mentions(in: Array(body.utf8)).hasReferences)
    }

    @Test("have ids that an answer is found by")
    func ids() {
        let answer = #"{"id":"resp_1","output":[\#(Self.thought),{"type":"x"},\#(Self.call),1,{"id":2}]}"#
        #expect(ResponsesConversation.itemIDs(Array(answer.utf8)) == ["rs_1", "fc_1"])
        #expect(ResponsesConversation.itemIDs(Array("{".utf8)).isEmpty)
    }

    @Test(
        "go with the answer that a request goes on from",
        arguments: [
            (#"{"previous_response_id": "resp_1"}"#, "resp_1"), (#"{"previous_response_id": null}"#, nil),
            (#"{"previous_response_id": 5}"#, ""), (#"{"input": "previous_response_id"}"#, nil),
            (#"{"previous_response_id": "a", "previous_response_id": "b"}"#, "b"), ("{", nil),
        ] as [(String, String?)])
    func previous(body: String, id: String?) {
        #expect(ResponsesConversation.mentions(in: Array(body.utf8)).previousID == id)
    }
}
