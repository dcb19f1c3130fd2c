import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("The body of feedback")
struct FeedbackBodyTests {
    private static let id = "req_019ab9f3d0a07c3f5d1e8b6a42c7f901"
    private static let now = Timestamp(seconds: 1_800_000_000)

    private static func read(_ text: String) throws -> Feedback {
        try withBytes(text) { (bytes) throws(Refusal) in try FeedbackBody.read(bytes, at: now) }
    }

    @Test(
        "has a number, or a thumb up or down",
        arguments: [
            ("1", 1), ("0", 0), ("-2.5", -2.5), ("4e-1", 0.4), ("1000000", 1e6), ("true", 1), ("false", 0),
        ])
    func scores(text: String, score: Double) throws {
        let feedback = try Self.read(#"{"request_id":"\#(Self.id)","score":\#(text)}"#)
        #expect(feedback.score == score && feedback.request.description == Self.id && feedback.comment == nil)
        #expect(feedback.at == Self.now)
    }

    @Test("may have a comment, and fields that nobody here knows")
    func comment() throws {
        let text = #"{"comment":"too\nlong","score":0,"request_id":"\#(Self.id)","metadata":{"a":[1]}}"#
        #expect(try Self.read(text).comment == "too\nlong")
    }

    @Test(
        "is refused with the field at fault",
        arguments: [
            (#"{"score":1}"#, "request_id"), (#"{"request_id":"req_1","score":1}"#, "request_id"),
            (#"{"request_id":7,"score":1}"#, "request_id"), (#"{"request_id":"\#(id)"}"#, "score"),
            (#"{"request_id":"\#(id)","score":null}"#, "score"),
            (#"{"request_id":"\#(id)","score":"1"}"#, "score"), (#"{"request_id":"\#(id)","score":1000001}"#, "score"),
            (#"{"request_id":"\#(id)","score":1e999}"#, "score"),
            (#"{"request_id":"\#(id)","score":1,"score":2}"#, "score"),
            (#"{"request_id":"\#(id)","score":1,"comment":"\#(String(repeating: "x", count: 4_097))"}"#, "comment"),
        ])
    func refused(text: String, parameter: String) {
        #expect { try Self.read(text) } throws: { ($0 as? Refusal)?.parameter == parameter }
    }

    @Test("what is no JSON object is refused", arguments: ["", "[]", "1", "{", "{\"score\":1}x"])
    func noObject(text: String) { #expect(throws: Refusal.self) { try Self.read(text) } }
}
