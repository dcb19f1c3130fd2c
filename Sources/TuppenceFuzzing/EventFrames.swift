/// Writes AWS's event stream, with checksums that are right: what is wrong in it is to be found behind them.
enum EventFrames {
    /// Each line, `type payload`, as a frame; a type that begins with `!` is an exception's.
    static func framed(_ lines: [UInt8]) -> [UInt8] {
        lines.split(separator: 10).flatMap { line -> [UInt8] in
            let type = line.prefix { $0 != 32 }.prefix(200)
            return frame(type, payload: line.dropFirst(type.count + 1))
        }
    }

    private static func frame(_ type: ArraySlice<UInt8>, payload: ArraySlice<UInt8>) -> [UInt8] {
        let isException = type.first == UInt8(ascii: "!")
        let name = isException ? type.dropFirst() : type
        let headers =
            header(isException ? ":exception-type" : ":event-type", name)
            + header(":message-type", Array((isException ? "exception" : "event").utf8)[...])
        var frame = big(16 + headers.count + payload.count) + big(headers.count)
        frame += big(Int(checksum(frame)))
        frame += headers + payload
        return frame + big(Int(checksum(frame)))
    }

    private static func header(_ name: String, _ value: ArraySlice<UInt8>) -> [UInt8] {
        [UInt8(name.utf8.count)] + name.utf8 + [7] + big(value.count).suffix(2) + value
    }

    private static func big(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// CRC-32, as in gzip, bit by bit.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
