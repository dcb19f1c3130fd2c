import Testing

@testable import TuppenceDialects

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("a document is whole, whether it fits the room made for it, fills it, or outgrows it many times")
    func room() {
        let text = "{\"a\":1,\"b\":\"\(String(repeating: "x", count: 100))\",\"c\":[true,null]}"
        for capacity in [0, 16, 17, 40, text.utf8.count - 1, text.utf8.count, text.utf8.count + 1, 4_096] {
            let document = JSONWriter.object(reserving: capacity) { json in
                json.member("a", 1)
                json.member("b", JSONString(String(repeating: "x", count: 100)))
                json.member(
                    "c",
                    array: { json in
                        json.value(true)
                        json.null()
                    })
            }
            #expect(String(decoding: document, as: UTF8.self) == text, "with room for \(capacity) bytes")
        }
    }
}
