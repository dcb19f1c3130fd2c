import NIOCore

/// The fields of one message, kept as the bytes that came: nothing is copied until somebody asks for a value.
public struct HeaderFields: Sendable {
    struct Span: Sendable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32
    }

    /// The whole head, start line included; spans count from its first byte.
    @usableFromInline let head: ByteBuffer
    let spans: [Span]

    /// The same without the bytes that came along with them, for heads that are kept for long.
    func compacted() -> HeaderFields {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(head.readableBytes)
        bytes.writeImmutableBuffer(head)
        return HeaderFields(head: bytes, spans: spans)
    }

    public var count: Int { spans.count }
    /// The size of the whole head.
    public var byteCount: Int { head.readableBytes }

    /// The value of the first field called `name` (in lower case), or nil.
    public func first(_ name: StaticString) -> String? {
        withFirst(name) { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls `body` with the bytes of the first field called `name` (in lower case), without copying them.
    @inlinable
    public func withFirst<Result>(_ name: StaticString, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard let place = place(ofFirst: name) else { return nil }
        return head.withUnsafeReadableBytes { body(UnsafeRawBufferPointer(rebasing: $0[place])) }
    }

    @usableFromInline
    func place(ofFirst name: StaticString) -> Range<Int>? {
        head.withUnsafeReadableBytes { bytes in
            for span in spans where bytes.name(span).equalsIgnoringCase(name) {
                return Int(span.valueStart)..<Int(span.valueEnd)
            }
            return nil
        }
    }

    public func contains(_ name: StaticString) -> Bool { withFirst(name) { _ in true } ?? false }

    /// Visits every field in the order in which it came.
    public func forEach(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        head.withUnsafeReadableBytes { bytes in
            for span in spans { body(bytes.name(span), bytes.value(span)) }
        }
    }

    /// Every field as text, names in lower case: for tests, logs and slow paths.
    public var pairs: [(name: String, value: String)] {
        var all: [(name: String, value: String)] = []
        forEach { all.append((String(decoding: $0, as: UTF8.self).lowercased(), String(decoding: $1, as: UTF8.self))) }
        return all
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func name(_ span: HeaderFields.Span) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[Int(span.nameStart)..<Int(span.nameEnd)])
    }

    fileprivate func value(_ span: HeaderFields.Span) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[Int(span.valueStart)..<Int(span.valueEnd)])
    }
}
