import NIOCore

/// Finds where a head ends, however it is cut into reads, and takes its fields apart.
struct HeadScanner: Sendable {
    private var searched = 0
    private var lineStart = 0

    /// The length of the head at the reader index, its empty line included, or nil while it is incomplete.
    ///
    /// Each byte is looked at once over all calls, so that a head sent byte by byte costs no more than one sent whole.
    mutating func headLength(in buffer: ByteBuffer, limits: FramingLimits) throws(FramingError) -> Int? {
        let found: Result<Int?, FramingError> = buffer.withUnsafeReadableBytes { bytes in
            while searched < bytes.count {
                guard let newline = bytes.firstNewline(from: searched) else {
                    searched = bytes.count
                    break
                }
                searched = newline + 1
                guard newline > lineStart, bytes[newline - 1] == 13 else { return .failure(.bad("a line ends without CR")) }
                if newline - 1 == lineStart { return .success(newline + 1) }
                lineStart = newline + 1
            }
            return .success(nil)
        }
        let length = try found.get()
        if (length ?? searched) > limits.headBytes {
            throw FramingError(status: 431, "the header section is larger than \(limits.headBytes) bytes")
        }
        if length != nil { self = HeadScanner() }
        return length
    }

    /// Takes apart the field lines of `head` that begin at `start`.
    ///
    /// - Parameter visit: sees each field as it is found, so that framing fields cost no second pass.
    static func fields(
        of head: ByteBuffer,
        from start: Int,
        limits: FramingLimits,
        visit: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> FramingError?
    ) throws(FramingError) -> HeaderFields {
        var spans: [HeaderFields.Span] = []
        spans.reserveCapacity(16)
        let failure: FramingError? = head.withUnsafeReadableBytes { bytes in
            var line = start
            while true {
                // Every line of a complete head ends in CR LF: headLength has seen to it.
                guard let newline = bytes.firstNewline(from: line) else { return nil }
                let end = newline - 1
                if end == line { return nil }
                if spans.count == limits.fields { return FramingError(status: 431, "more than \(limits.fields) fields") }
                if bytes[line] == 32 || bytes[line] == 9 { return .bad("a folded field line") }
                var colon = line
                while colon < end, bytes[colon] != UInt8(ascii: ":") { colon += 1 }
                guard colon < end else { return .bad("a field line without a colon") }
                let name = UnsafeRawBufferPointer(rebasing: bytes[line..<colon])
                guard !name.isEmpty, name.allSatisfy(ByteClass.token) else { return .bad("an invalid field name") }
                let range = bytes.trimmed(colon + 1, end)
                let value = UnsafeRawBufferPointer(rebasing: bytes[range])
                guard value.allSatisfy(ByteClass.value) else { return .bad("a control character in a field value") }
                if let error = visit(name, value) { return error }
                spans.append(
                    .init(
                        nameStart: UInt32(line), nameEnd: UInt32(colon),
                        valueStart: UInt32(range.lowerBound), valueEnd: UInt32(range.upperBound)))
                line = newline + 1
            }
        }
        if let failure { throw failure }
        return HeaderFields(head: head, spans: spans)
    }
}

extension UnsafeRawBufferPointer {
    func firstNewline(from start: Int) -> Int? {
        var index = start
        while index < count {
            if self[index] == 10 { return index }
            index += 1
        }
        return nil
    }
}
