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
            // No further than the limit, so that what is refused, and why, is the same however the head is cut.
            let bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(limits.headBytes))
            while let newline = bytes.firstNewline(from: searched) {
                guard newline > lineStart, bytes[newline - 1] == 13 else {
                    return .failure(.bad("a line ends without CR"))
                }
                if newline - 1 == lineStart { return .success(newline + 1) }
                // Some readers take CR CR LF for an empty line too: not a head to wait for the end of.
                if bytes[newline - 2] == 13 { return .failure(.bad("a line ends in more than one CR")) }
                searched = newline + 1
                lineStart = newline + 1
            }
            searched = bytes.count
            return .success(nil)
        }
        let length = try found.get()
        if length == nil && searched == limits.headBytes {
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
        spans.reserveCapacity(24)  // more than the SDKs send
        let failure: FramingError? = head.withUnsafeReadableBytes { bytes in
            var line = start
            // headLength has seen to it that every line ends in CR LF and that the last one is empty: a field line lies
            // before that, and its CR stops both searches.
            while line < bytes.count - 2 {
                if spans.count == limits.fields {
                    return FramingError(status: 431, "more than \(limits.fields) fields")
                }
                if bytes[line] == 32 || bytes[line] == 9 { return .bad("a folded field line") }
                var colon = line
                while ByteClass.token.contains(bytes[colon]) { colon += 1 }
                guard colon > line, bytes[colon] == UInt8(ascii: ":") else { return .bad("an invalid field name") }
                guard let end = bytes.firstNonValue(from: colon + 1), bytes[end] == 13, bytes[end + 1] == 10 else {
                    return .bad("a control character in a field value")
                }
                let value = bytes.trimmed(colon + 1, end)
                let failure = visit(
                    UnsafeRawBufferPointer(rebasing: bytes[line..<colon]),
                    UnsafeRawBufferPointer(rebasing: bytes[value]))
                if let failure { return failure }
                spans.append(
                    .init(
                        nameStart: UInt32(line), nameEnd: UInt32(colon),
                        valueStart: UInt32(value.lowerBound), valueEnd: UInt32(value.upperBound)))
                line = end + 2
            }
            return nil
        }
        if let failure { throw failure }
        return HeaderFields(head: head, spans: spans)
    }
}
