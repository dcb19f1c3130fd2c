/// One message of AWS's event stream (`application/vnd.amazon.eventstream`): lengths and their checksum, headers, payload,
/// and a checksum of it all, numbers in network order.
///
/// Source: https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html (read 2026-11).
struct EventStreamFrame {
    /// The two lengths, and the checksum of these.
    static let preludeLength = 12
    private static let checksumLength = 4

    /// What the headers call it: the type of the event, of the exception, or the code of an error.
    private(set) var name: ArraySlice<UInt8> = []
    private(set) var isFailure = false
    /// The message of an error, which has no payload.
    private(set) var errorMessage: ArraySlice<UInt8>?
    let payload: ArraySlice<UInt8>

    /// How long the message at the front of `bytes` is; nil while too few bytes are there to say.
    ///
    /// - Throws: where no message begins.
    static func length(in bytes: UnsafeRawBufferPointer) throws(JSONError) -> Int? {
        guard bytes.count >= preludeLength else { return nil }
        let (length, headers) = (number(bytes, 0), number(bytes, 4))
        guard CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[0..<8])) == UInt32(number(bytes, 8)) else {
            throw JSONError(0, "the checksum of a message's lengths is wrong")
        }
        guard length <= StreamFramer.maximumMessage, headers <= length - preludeLength - checksumLength else {
            throw JSONError(0, "a message of \(length) bytes with \(headers) bytes of headers")
        }
        return length
    }

    /// - Parameter bytes: as many as ``length(in:)`` said.
    init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        let end = bytes.count - Self.checksumLength
        guard CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[0..<end])) == UInt32(Self.number(bytes, end)) else {
            throw JSONError(0, "the checksum of a message is wrong")
        }
        let headersEnd = Self.preludeLength + Self.number(bytes, 4)
        payload = Array(bytes[headersEnd..<end])[...]
        try read(headers: UnsafeRawBufferPointer(rebasing: bytes[Self.preludeLength..<headersEnd]))
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ at: Int, count: Int = 4) -> Int {
        bytes[at..<(at + count)].reduce(0) { $0 << 8 | Int($1) }
    }

    private mutating func read(headers bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var at = 0
        while at < bytes.count {
            let nameEnd = at + 1 + Int(bytes[at])
            guard nameEnd < bytes.count else { throw JSONError(at, "a header is cut short") }
            let name = bytes[(at + 1)..<nameEnd]
            let type = bytes[nameEnd]
            at = nameEnd + 1
            var length = 0
            switch type {
            case 0, 1: break  // true and false
            case 2: length = 1
            case 3: length = 2
            case 4: length = 4
            case 5, 8: length = 8
            case 6, 7:
                guard at + 2 <= bytes.count else { throw JSONError(at, "a header is cut short") }
                length = Self.number(bytes, at, count: 2)
                at += 2
            case 9: length = 16
            default: throw JSONError(at, "a header of an unknown type")
            }
            guard at + length <= bytes.count else { throw JSONError(at, "a header is cut short") }
            if type == 7 { take(UnsafeRawBufferPointer(rebasing: name), Array(bytes[at..<(at + length)])[...]) }
            at += length
        }
        guard isValidUTF8(self.name), errorMessage.map(isValidUTF8) != false else {
            throw JSONError(0, "a header is not valid UTF-8")
        }
    }

    private func isValidUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBytes { TuppenceDialects.isValidUTF8($0) }
    }

    private mutating func take(_ header: UnsafeRawBufferPointer, _ value: ArraySlice<UInt8>) {
        if header.elementsEqual(":event-type".utf8) {
            name = value
        } else if header.elementsEqual(":exception-type".utf8) || header.elementsEqual(":error-code".utf8) {
            name = value
            isFailure = true
        } else if header.elementsEqual(":error-message".utf8) {
            errorMessage = value
        }
    }

    /// The message as AWS's own clients show it: an object with one member, whose name is the type and whose value the
    /// payload, which is not looked at here.
    var document: [UInt8] {
        var json = JSONWriter(reserving: payload.count + name.count + 16)
        json.object { json in
            json.name(key: JSONString(utf8: name))
            if let errorMessage {
                json.object { $0.member("message", JSONString(utf8: errorMessage)) }
            } else {
                json.unchecked(payload)
            }
        }
        return json.bytes
    }
}
