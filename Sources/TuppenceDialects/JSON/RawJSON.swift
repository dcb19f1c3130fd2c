/// One JSON value as it is written, checked: what passes through without anybody looking into it.
package struct RawJSON: Hashable, Sendable {
    package let bytes: ArraySlice<UInt8>

    /// - Parameter checked: one well-formed value, without white space around it.
    init(checked bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// - Returns: nil if `bytes` are not one well-formed JSON value.
    package init?(_ bytes: [UInt8]) {
        let value = bytes.withUnsafeBytes { bytes -> Range<Int>? in
            var cursor = JSONCursor(bytes)
            do throws(JSONError) {
                let value = try cursor.skipValue()
                try cursor.end()
                return value
            } catch { return nil }
        }
        guard let value else { return nil }
        self.bytes = bytes[value]
    }

    package init(_ number: Int) { bytes = Array(String(number).utf8)[...] }
    package init(_ flag: Bool) { bytes = Array((flag ? "true" : "false").utf8)[...] }
    package init(_ string: JSONString) {
        bytes = ([UInt8(ascii: "\"")] + string.escaped + [UInt8(ascii: "\"")])[...]
    }

    /// What `write` writes, which has to be one value.
    package init(_ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        write(&writer)
        bytes = writer.bytes[...]
    }

    package var isObject: Bool { bytes.first == UInt8(ascii: "{") }
    package var isNull: Bool { bytes.first == UInt8(ascii: "n") }
    package var text: String { String(decoding: bytes, as: UTF8.self) }
    /// Its value as a number, to compare with; nil if it is none.
    package var double: Double? { Double(text) }
    package var integer: Int? { Int(text) }

    /// Looks into the value, which is of a document that was bounded, or is an answer or a part of one.
    package func read<Result>(_ body: (JSONValue) throws(JSONError) -> Result) throws(JSONError) -> Result {
        try JSONTree.read(answer: Array(bytes), body)
    }

    /// Calls `body` with each element of a list: the value of the first member called `name`. However many values that has,
    /// nothing is kept of them.
    func forEachElement(of name: StaticString, _ body: (RawJSON) -> Void) {
        let start = bytes.startIndex
        bytes.withUnsafeBytes { pointer in
            var cursor = JSONCursor(pointer)
            var isFound = false
            do throws(JSONError) {
                try cursor.members { (cursor, key) throws(JSONError) in
                    guard !isFound, key.equals(name) else { return _ = try cursor.skipValue() }
                    isFound = true
                    try cursor.elements { (cursor) throws(JSONError) in
                        let value = try cursor.skipValue()
                        body(RawJSON(checked: bytes[(start + value.lowerBound)..<(start + value.upperBound)]))
                    }
                }
            } catch { return }  // It was checked when it was read.
        }
    }
}
