import TuppenceCore

/// The parts of a `multipart/form-data` body, by where they stand in it; nothing is copied.
///
/// Strict (RFC 7578, RFC 2046): what two readers could take for different forms is refused. So there is nothing before the
/// first boundary nor behind the last one, no part without a name, and no name with signs that are written in more than
/// one way.
package struct Form: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package let name: String
        package let isFile: Bool
        package let value: Range<Int>
    }

    package let parts: [Part]
    /// As the body has it.
    package let boundary: String

    package static let mostParts = 100
    private static let mostHeadBytes = 4_096

    /// - Throws: a refusal with code `invalid_request` that says what is wrong.
    package init(_ bytes: UnsafeRawBufferPointer, contentType: String?) throws(Refusal) {
        guard let boundary = FormBoundary(contentType: contentType) else {
            throw .invalid("The body must be multipart/form-data with a boundary, as its content-type says.")
        }
        self.boundary = boundary.text
        var reader = Reader(bytes, boundary)
        parts = try reader.parts()
    }

    package subscript(name: String) -> [Part] { parts.filter { $0.name == name } }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        let search: ByteSearch
        /// The boundary behind a line's end.
        let delimiter: [UInt8]
        var position = 0

        init(_ bytes: UnsafeRawBufferPointer, _ boundary: FormBoundary) {
            self.bytes = bytes
            delimiter = Array("\r\n--\(boundary.text)".utf8)
            search = ByteSearch(for: delimiter)
        }

        mutating func parts() throws(Refusal) -> [Part] {
            let opening = delimiter.dropFirst(2)
            guard bytes.starts(with: opening) else { throw Self.malformed("it does not begin with its boundary") }
            position = opening.count
            var parts: [Part] = []
            while try !takeEnd() {
                guard parts.count < Form.mostParts else {
                    throw Self.malformed("it has more than \(Form.mostParts) parts")
                }
                parts.append(try part())
            }
            return parts
        }

        /// Takes what stands behind a boundary.
        ///
        /// - Returns: whether it was the last one.
        private mutating func takeEnd() throws(Refusal) -> Bool {
            if take("\r\n") { return false }
            guard take("--") else {
                throw Self.malformed("a boundary has something else behind it at byte \(position)")
            }
            _ = take("\r\n")
            guard position == bytes.count else { throw Self.malformed("there is something behind its last boundary") }
            return true
        }

        private mutating func part() throws(Refusal) -> Part {
            var name: String?
            var isFile = false
            let start = position
            while !take("\r\n") {
                let line = try line(from: start)
                guard let field = FormField(line) else {
                    throw Self.malformed("a part has a field that cannot be read")
                }
                switch field.name {
                case "content-disposition":
                    guard name == nil, let disposition = field.disposition else {
                        throw Self.malformed("a part has no name that is plain, and given once")
                    }
                    (name, isFile) = disposition
                case "content-transfer-encoding":
                    guard ["binary", "8bit", "7bit"].contains(field.value.lowercased()) else {
                        throw Self.malformed("a part is encoded")
                    }
                default: break
                }
            }
            guard let name else { throw Self.malformed("a part has no content-disposition") }
            let begin = position
            // An empty part's boundary begins with the line's end behind its head.
            guard let end = search.first(in: bytes, from: begin) else { throw Self.malformed("a part does not end") }
            position = end + delimiter.count
            return Part(name: name, isFile: isFile, value: begin..<end)
        }

        /// A line of a part's head, without its end.
        private mutating func line(from start: Int) throws(Refusal) -> Substring {
            let limit = min(bytes.count - 1, start + Form.mostHeadBytes)
            var index = position
            while index < limit, !(bytes[index] == 13 && bytes[index + 1] == 10) {
                guard bytes[index] >= 32 || bytes[index] == 9 else {
                    throw Self.malformed("a part's head has a bare line end")
                }
                index += 1
            }
            guard index < limit else { throw Self.malformed("a part's head does not end") }
            guard
                let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[position..<index]), as: UTF8.self)
            else { throw Self.malformed("a part's head is not UTF-8") }
            position = index + 2
            return text[...]
        }

        private mutating func take(_ text: StaticString) -> Bool {
            let count = text.utf8CodeUnitCount
            guard position + count <= bytes.count else { return false }
            for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] { return false }
            position += count
            return true
        }

        private static func malformed(_ reason: String) -> Refusal {
            .invalid("The body is no valid multipart/form-data: \(reason).")
        }
    }
}

/// What sets the parts of a form apart, as a `content-type` field says it.
package struct FormBoundary: Hashable, Sendable {
    package let text: String

    /// - Returns: nil where the field is of another type, or says it in a way that could be read otherwise.
    package init?(contentType: String?) {
        let pieces = (contentType ?? "").split(separator: ";", omittingEmptySubsequences: false).map { $0.trimmed }
        guard pieces.first?.lowercased() == "multipart/form-data" else { return nil }
        let values = pieces.dropFirst().filter { $0.lowercased().hasPrefix("boundary") }
        guard values.count == 1, var value = values.first?.dropFirst(8), value.first == "=" else { return nil }
        value = value.dropFirst()
        if value.first == "\"", value.last == "\"", value.count > 2 { value = value.dropFirst().dropLast() }
        // Those of RFC 2046 that may stand in a field without quotation marks, and those that most clients use in them.
        let plain = value.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "'"),
                UInt8(ascii: "+"):
                true
            default: false
            }
        }
        guard plain, (1...70).contains(value.utf8.count) else { return nil }
        text = String(value)
    }
}

/// A line of a part's head.
private struct FormField {
    let name: String
    let value: Substring

    init?(_ line: Substring) {
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return nil }
        let name = line[..<colon]
        guard name.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
        self.name = name.lowercased()
        value = line[line.index(after: colon)...].trimmed
    }

    /// The name in `form-data; name="file"; filename="a.wav"`, and whether it is a file's; nil where there is not just one.
    var disposition: (String, Bool)? {
        guard value.prefix(9).lowercased() == "form-data" else { return nil }
        var rest = value.dropFirst(9).trimmed
        var name: String?
        var isFile = false
        while !rest.isEmpty {
            guard rest.first == ";" else { return nil }
            rest = rest.dropFirst().trimmed
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let parameter = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            guard let (text, isPlain) = Self.takeValue(&rest) else { return nil }
            switch parameter {
            case "name":
                guard name == nil, isPlain, !text.isEmpty else { return nil }
                name = String(text)
            case "name*": return nil
            case "filename", "filename*": isFile = true
            default: break
            }
            rest = rest.trimmed
        }
        return name.map { ($0, isFile) }
    }

    /// Takes a token or a quoted text. It is plain where no reader could take it for another.
    private static func takeValue(_ rest: inout Substring) -> (text: Substring, isPlain: Bool)? {
        guard rest.first == "\"" else {
            let token = rest.prefix { $0 != ";" && $0 != " " && $0 != "\"" }
            rest = rest.dropFirst(token.count)
            return (token, isPlain(token))
        }
        rest = rest.dropFirst()
        var index = rest.startIndex
        while index < rest.endIndex, rest[index] != "\"" {
            if rest[index] == "\\" { index = rest.index(after: index) }
            guard index < rest.endIndex else { return nil }
            index = rest.index(after: index)
        }
        guard index < rest.endIndex else { return nil }
        let text = rest[..<index]
        rest = rest[rest.index(after: index)...]
        return (text, isPlain(text))
    }

    private static func isPlain(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "%") }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return start.prefix(0) }
        return start[...last]
    }
}
