import NIOCore

/// Cuts a body out of the bytes that follow a head.
struct BodyDecoder: Sendable {
    enum Part {
        case bytes(ByteBuffer)
        case end
    }

    private enum State: Sendable {
        case finished
        case length(Int)
        case chunkSize
        case chunkData(Int)
        case chunkEnd
        case trailers(read: Int)
        case untilClose
    }

    private var state: State
    private let limits: FramingLimits

    init(_ framing: BodyFraming, limits: FramingLimits) {
        self.limits = limits
        switch framing {
        case .none: state = .finished
        case .length(let count): state = count == 0 ? .finished : .length(count)
        case .chunked: state = .chunkSize
        case .untilClose: state = .untilClose
        }
    }

    var endsWithConnection: Bool { if case .untilClose = state { true } else { false } }

    /// The next part of the body, taken off `buffer`, or nil until more bytes come.
    mutating func next(_ buffer: inout ByteBuffer) throws(FramingError) -> Part? {
        while true {
            switch state {
            case .finished: return .end
            case .untilClose: return take(Int.max, from: &buffer).map { .bytes($0) }
            case .length(let left):
                guard let bytes = take(left, from: &buffer) else { return nil }
                state = bytes.readableBytes == left ? .finished : .length(left - bytes.readableBytes)
                return .bytes(bytes)
            case .chunkSize:
                guard let line = try line(of: &buffer, limit: limits.chunkLineBytes) else { return nil }
                guard let size = line.withUnsafeReadableBytes(ChunkLine.size) else {
                    throw .bad("an invalid chunk size")
                }
                state = size == 0 ? .trailers(read: 0) : .chunkData(size)
            case .chunkData(let left):
                guard let bytes = take(left, from: &buffer) else { return nil }
                state = bytes.readableBytes == left ? .chunkEnd : .chunkData(left - bytes.readableBytes)
                return .bytes(bytes)
            case .chunkEnd:
                guard buffer.readableBytes >= 2 else { return nil }
                guard buffer.readInteger(as: UInt16.self) == 0x0D0A else {
                    throw .bad("a chunk that does not end in CR LF")
                }
                state = .chunkSize
            case .trailers(let read):
                guard let line = try line(of: &buffer, limit: limits.trailerBytes - read) else { return nil }
                if line.readableBytes == 0 {
                    state = .finished
                    return .end
                }
                try Self.checkTrailer(line)
                state = .trailers(read: read + line.readableBytes + 2)
            }
        }
    }

    private func take(_ most: Int, from buffer: inout ByteBuffer) -> ByteBuffer? {
        let count = min(most, buffer.readableBytes)
        return count == 0 ? nil : buffer.readSlice(length: count)
    }

    /// One line without its CR LF, which count towards `limit`.
    private func line(of buffer: inout ByteBuffer, limit: Int) throws(FramingError) -> ByteBuffer? {
        let newline = buffer.withUnsafeReadableBytes { $0.firstNewline(from: 0) }
        guard let newline else {
            if buffer.readableBytes >= limit { throw .bad("a chunk line or trailer that is too long") }
            return nil
        }
        if newline >= limit { throw .bad("a chunk line or trailer that is too long") }
        guard newline > 0, buffer.getInteger(at: buffer.readerIndex + newline - 1, as: UInt8.self) == 13,
            let line = buffer.readSlice(length: newline - 1)
        else { throw .bad("a line ends without CR") }
        buffer.moveReaderIndex(forwardBy: 2)
        return line
    }

    /// A trailer is dropped; one that would frame the message it follows is not there by accident.
    private static func checkTrailer(_ line: ByteBuffer) throws(FramingError) {
        let valid = line.withUnsafeReadableBytes { bytes in
            guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
            let name = UnsafeRawBufferPointer(rebasing: bytes[..<colon])
            return name.allSatisfy(.token) && bytes.firstNonValue(from: colon + 1) == nil
                && !name.equalsIgnoringCase("content-length") && !name.equalsIgnoringCase("transfer-encoding")
        }
        if !valid { throw .bad("an invalid trailer") }
    }
}
