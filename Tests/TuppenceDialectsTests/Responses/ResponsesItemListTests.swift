import Foundation
import Testing

@testable import TuppenceDialects

@Suite("Lists of what an answer was asked with")
struct ResponsesItemListTests {
    private let kept = Array(
        #"{"input":[{"role":"user","content":"one"},{"role":"assistant","content":"two","phase":"x"},{"type":"message","role":"user","id":null,"content":[{"type":"input_text","text":"three"}]},{"type":"function_call","id":"fc_1","call_id":"c","name":"f","arguments":"{}"}],"response":{}}"#
            .utf8)

    private func list(_ change: (inout ResponsesItemList) -> Void) throws -> [String: Any] {
        var list = ResponsesItemList()
        change(&list)
        return try parsed(list.write(kept, of: "resp_1"))
    }

    private func ids(_ list: [String: Any]) -> [String] {
        (list["data"] as? [[String: Any]] ?? []).map { $0["id"] as? String ?? "none" }
    }

    @Test("each item is told in full, whatever its caller left out")
    func items() throws {
        let list = try list { $0.isAscending = true }
        let items = try #require(list["data"] as? [[String: Any]])
        #expect(items.map { $0["type"] as? String } == ["message", "message", "message", "function_call"])
        #expect(ids(list) == ["item_resp_1_0", "item_resp_1_1", "item_resp_1_2", "fc_1"])
        let texts = items.prefix(3).map { item in (item["content"] as? [[String: Any]])?.first?["text"] as? String }
        #expect(texts == ["one", "two", "three"])
        let types = items.prefix(3).map { item in (item["content"] as? [[String: Any]])?.first?["type"] as? String }
        #expect(types == ["input_text", "output_text", "input_text"])
        #expect(items[1]["phase"] as? String == "x" && items[3]["arguments"] as? String == "{}")
    }

    @Test("they come page by page, the last one said first unless it is asked otherwise")
    func pages() throws {
        let first = try list { $0.limit = 3 }
        #expect(ids(first) == ["fc_1", "item_resp_1_2", "item_resp_1_1"])
        #expect(first["has_more"] as? Bool == true && first["first_id"] as? String == "fc_1")
        let second = try list { list in
            list.limit = 3
            list.after = first["last_id"] as? String
        }
        #expect(ids(second) == ["item_resp_1_0"] && second["has_more"] as? Bool == false)
        let nothing = try list { $0.after = "other" }
        #expect(ids(nothing).isEmpty && nothing["first_id"] == nil)
    }
}
