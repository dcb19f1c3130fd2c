import NIOCore

/// Writing HTTP/1.1: heads and chunks as bytes, into a buffer that goes out in one piece.
extension ByteBuffer {
    /// `HTTP/1.1 nnn Reason`.
    public mutating func writeStatusLine(_ status: Int) {
        if status == 200 { return _ = writeStaticString("HTTP/1.1 200 OK\r\n") }
        precondition((100...999).contains(status), "a status of other than three digits: \(status)")
        writeStaticString("HTTP/1.1 ")
        writeInteger(UInt8(48 + status / 100 % 10))
        writeInteger(UInt8(48 + status / 10 % 10))
        writeInteger(UInt8(48 + status % 10))
        writeStaticString(" ")
        writeStaticString(reasonPhrase(status))
        writeStaticString("\r\n")
    }

    public mutating func writeField(_ name: StaticString, _ value: String) {
        var value = value
        value.withUTF8 { writeField(name, UnsafeRawBufferPointer($0)) }
    }

    public mutating func writeField(_ name: StaticString, _ value: Int) {
        Self.withDecimal(value) { writeField(name, $0) }
    }

    public mutating func writeField(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        writeField(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), value)
    }

    /// In one step: a head has many fields, and every write to a buffer checks its bounds and its owner anew.
    public mutating func writeField(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let count = name.count + value.count + 4
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            let colon = name.count
            let end = colon + 2 + value.count
            if let from = name.baseAddress { target.baseAddress?.copyMemory(from: from, byteCount: name.count) }
            target[colon] = UInt8(ascii: ":")
            target[colon + 1] = 32
            if let from = value.baseAddress {
                target.baseAddress?.advanced(by: colon + 2).copyMemory(from: from, byteCount: value.count)
            }
            target[end] = 13
            target[end + 1] = 10
            return count
        }
    }

    public mutating func writeEndOfHead() { writeStaticString("\r\n") }

    /// A count in decimal, without making a String of it.
    static func withDecimal(_ value: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value.magnitude
            var start = 20
            repeat {
                start -= 1
                digits[start] = UInt8(48 + rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start...]))
        }
    }

    /// The line before a chunk of `count` bytes; the chunk is followed by ``writeChunkEnd()``.
    public mutating func writeChunkSize(_ count: Int) {
        precondition(count > 0, "a chunk of no bytes ends a body")
        var shift = (Int.bitWidth - 1 - count.leadingZeroBitCount) / 4 * 4
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: count >> shift) & 15
            writeInteger(digit < 10 ? 48 + digit : 87 + digit)
            shift -= 4
        }
        writeStaticString("\r\n")
    }

    public mutating func writeChunkEnd() { writeStaticString("\r\n") }

    /// The last chunk, with no trailers.
    public mutating func writeLastChunk() { writeStaticString("0\r\n\r\n") }
}

/// The usual phrase for a status, which nobody parses.
private func reasonPhrase(_ status: Int) -> StaticString {
    switch status {
    case 100: "Continue"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 402: "Payment Required"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 426: "Upgrade Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    case 529: "Overloaded"
    default: "Status"
    }
}
