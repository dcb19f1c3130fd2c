import Testing

@testable import TuppenceReconciliation

@Suite("Reading CSV")
struct CSVReaderTests {
    private func records(_ text: String) throws(ExportError) -> [[String]] {
        let result: Result<[[String]], ExportError> = Array(text.utf8).withUnsafeBytes { bytes in
            var reader = CSVReader(bytes)
            var records: [[String]] = []
            do throws(ExportError) {
                while try reader.next() { records.append((0..<(reader.width ?? 0)).map { reader.text($0) }) }
                return .success(records)
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func problem(_ text: String) -> String? {
        do throws(ExportError) {
            _ = try records(text)
            return nil
        } catch { return error.description }
    }

    @Test(
        "what RFC 4180 allows is read",
        arguments: [
            ("", []), ("a", [["a"]]), ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
            ("a,\n,\n", [["a", ""], ["", ""]]), ("\"a,b\"", [["a,b"]]), ("\"a\"\"b\"\"\"", [["a\"b\""]]),
            ("\"\"\"\"\"\"", [["\"\""]]), ("\"\",\"\"", [["", ""]]),
            ("\"a\nb\",c\nd,e", [["a\nb", "c"], ["d", "e"]]),
            ("\"a\r\nb\"\r\n\"c\"", [["a\r\nb"], ["c"]]), ("\u{FEFF}a,b", [["a", "b"]]),
            ("a\n\n\nb\n\n", [["a"], ["b"]]),
            (" a , b ", [[" a ", " b "]]), ("é,😀", [["é", "😀"]]),
        ] as [(String, [[String]])])
    func allowed(text: String, expected: [[String]]) throws { #expect(try records(text) == expected) }

    @Test(
        "what it does not allow is told with its line",
        arguments: [
            ("a\"b", "line 1: a quote within a field"), ("a,b\n1,\"2\"x", "line 2: something follows the quote"),
            ("a,b\n1,\"2", "line 2: a quote that is never closed"), ("\"a\n\nb\",c\n1", "line 4: 1 fields"),
            ("a,b\n1,2,3", "line 2: more than 2 fields"), ("a\rb", "line 1: a carriage return"),
            ("a\n\"x\ny\n", "line 2: a quote that is never closed"),
        ])
    func refused(text: String, begins: String) throws {
        let said = try #require(problem(text))
        #expect(said.hasPrefix(begins))
    }

    @Test("a file of commas is refused before it fills the memory")
    func commas() {
        #expect(problem(String(repeating: ",", count: CSVReader.maximumFields - 1)) == nil)
        #expect(problem(String(repeating: ",", count: CSVReader.maximumFields)) != nil)
    }
}
