import NIOCore

/// Writes the fields of a head into room that was made for all of them at once: a buffer checks its bounds, its owner and
/// its capacity anew at every write, and a head has a dozen.
public struct FieldWriter {
    private var next: UnsafeMutableRawPointer
    private let end: UnsafeMutableRawPointer

    fileprivate init(_ room: UnsafeMutableRawBufferPointer) {
        next = room.baseAddress!
        end = next + room.count
    }

    fileprivate func written(in room: UnsafeMutableRawBufferPointer) -> Int { next - room.baseAddress! }

    @inline(__always)
    private mutating func reserve(_ count: Int) {
        precondition(count <= end - next, "fields of more bytes than room was made for")
    }

    @inline(__always)
    private mutating func put(_ text: StaticString) {
        next.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        next += text.utf8CodeUnitCount
    }

    @inline(__always)
    public mutating func write(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        write(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), value)
    }

    public mutating func write(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        reserve(name.count + value.count + 4)
        if let from = name.baseAddress { next.copyMemory(from: from, byteCount: name.count) }
        next += name.count
        put(": ")
        if let from = value.baseAddress { next.copyMemory(from: from, byteCount: value.count) }
        next += value.count
        put("\r\n")
    }

    @inline(__always)
    public mutating func write(_ name: StaticString, _ value: String) {
        let isWritten: Void? = value.utf8.withContiguousStorageIfAvailable { write(name, UnsafeRawBufferPointer($0)) }
        if isWritten == nil { Array(value.utf8).withUnsafeBytes { write(name, $0) } }
    }

    @inline(__always)
    public mutating func write(_ name: StaticString, _ value: Int) {
        ByteBuffer.withDecimal(value) { write(name, $0) }
    }
}

extension ByteBuffer {
    /// Writes fields that take `room` bytes at the most, all together.
    @inline(__always)
    public mutating func writeFields(room: Int, _ write: (inout FieldWriter) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: max(room, 1)) { bytes in
            var writer = FieldWriter(bytes)
            write(&writer)
            return writer.written(in: bytes)
        }
    }
}
