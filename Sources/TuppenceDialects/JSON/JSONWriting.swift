/// Writing small pieces of JSON into bytes.
package enum JSONWriting {
    /// `text` in quotes, with what must be escaped escaped.
    package static func quoted(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 2)
        bytes.append(UInt8(ascii: "\""))
        // Hardly any name has something to escape.
        if !text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 32 }) {
            bytes.append(contentsOf: text.utf8)
            bytes.append(UInt8(ascii: "\""))
            return bytes
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<32:
                bytes.append(contentsOf: Array("\\u00".utf8))
                bytes.append(byte >> 4 == 0 ? 48 : 49)
                let low = byte & 15
                bytes.append(low < 10 ? 48 + low : 87 + low)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return bytes
    }
}

/// A replacement within bytes that are otherwise passed on as they are.
package struct ByteEdit: Hashable, Sendable {
    /// What is replaced; empty for an insertion.
    package let range: Range<Int>
    package let replacement: [UInt8]

    package init(_ range: Range<Int>, _ replacement: [UInt8]) {
        self.range = range
        self.replacement = replacement
    }

    package init(at position: Int, insert text: [UInt8]) { self.init(position..<position, text) }
}

extension ByteEdit {
    /// The same edit where its bytes begin `distance` further on.
    package func moved(by distance: Int) -> ByteEdit {
        ByteEdit((range.lowerBound + distance)..<(range.upperBound + distance), replacement)
    }
}

/// Edits that do not overlap, in order.
package struct ByteEdits: Hashable, Sendable {
    package private(set) var edits: [ByteEdit] = []

    package init() {}

    package var isEmpty: Bool { edits.isEmpty }

    package mutating func add(_ edit: ByteEdit) {
        let start = edit.range.lowerBound
        // What is put in at a place stands before what replaces something there.
        let place = edits.firstIndex {
            $0.range.lowerBound > start || $0.range.lowerBound == start && edit.range.isEmpty && !$0.range.isEmpty
        }
        let index = place ?? edits.count
        edits.insert(edit, at: index)
    }

    package func count(of original: Int) -> Int {
        edits.reduce(original) { $0 - $1.range.count + $1.replacement.count }
    }

    /// Hands out the edited bytes piece by piece, so that they are copied once, to where they are going.
    package func forEachPiece(of bytes: UnsafeRawBufferPointer, _ piece: (UnsafeRawBufferPointer) -> Void) {
        var position = 0
        for edit in edits {
            if edit.range.lowerBound > position {
                piece(UnsafeRawBufferPointer(rebasing: bytes[position..<edit.range.lowerBound]))
            }
            edit.replacement.withUnsafeBytes(piece)
            position = edit.range.upperBound
        }
        if position < bytes.count { piece(UnsafeRawBufferPointer(rebasing: bytes[position...])) }
    }

    package func applied(to bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count(of: bytes.count))
        forEachPiece(of: bytes) { result.append(contentsOf: $0) }
        return result
    }
}
