import Testing

@testable import TuppenceAdministration

@Suite("A list that is told in pages")
struct ListPageTests {
    private func page(_ lines: [String], _ limit: Int, _ cursor: String? = nil) throws -> ListPage<String> {
        try ListPage(of: lines, limit: limit, cursor: cursor) { $0 }
    }

    @Test("has every line once, in pages of any length", arguments: 1...8)
    func everything(limit: Int) throws {
        let lines = (1...7).map { "line \($0)" }
        var (found, cursor, pages): ([String], String?, Int) = ([], nil, 0)
        repeat {
            let part = try page(lines, limit, cursor)
            #expect((1...limit).contains(part.data.count))
            found += part.data
            cursor = part.nextCursor
            pages += 1
        } while cursor != nil
        #expect(found == lines)
        #expect(pages == (7 + limit - 1) / limit)
    }

    @Test("goes on after the line that was the last one, whatever has come and gone before it meanwhile")
    func changes() throws {
        let cursor = try #require(try page(["b", "c", "d", "e"], 2).nextCursor)
        #expect(try page(["b", "c", "d", "e"], 9, cursor).data == ["d", "e"])
        #expect(try page(["a", "b", "c", "d", "e"], 9, cursor).data == ["d", "e"])
        #expect(try page(["c", "d", "e"], 9, cursor).data == ["d", "e"])
        // It is gone itself: after as many as were told.
        #expect(try page(["b", "d", "e"], 9, cursor).data == ["e"])
        #expect(try page([], 9, cursor).data == [])
    }

    @Test("ends, though two lines are called the same")
    func twins() throws {
        let first = try page(["a", "a", "a"], 1)
        let second = try page(["a", "a", "a"], 1, first.nextCursor)
        #expect(try page(["a", "a", "a"], 1, second.nextCursor).nextCursor == nil)
    }

    @Test(
        "has no other cursors than those that it gives out",
        arguments: [
            "", ".", "1", "1.", "0.a", "+1.a", "1.A", "1.-a", "1.a.b", "1.11112222333344445", "1234567890.a", "x.a",
        ])
    func invalid(cursor: String) {
        #expect(throws: AdministrationError.self) { try page(["a", "b"], 1, cursor) }
        #expect(ListCursor("1.0123456789abcdef") != nil)
    }
}
