/// Writes Protocol Buffers: https://protobuf.dev/programming-guides/encoding/ (read 2026-11-27). What OTLP needs of them fits
/// here; generated code would be twenty times as long.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    private enum Wire: UInt64 {
        case varint = 0
        case fixed64 = 1
        case delimited = 2
    }

    private mutating func tag(_ field: UInt64, _ wire: Wire) { varint(field << 3 | wire.rawValue) }

    private mutating func varint(_ number: UInt64) {
        var number = number
        while number >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: number) | 0x80)
            number >>= 7
        }
        bytes.append(UInt8(number))
    }

    private mutating func fixed(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    // MARK: Fields

    mutating func number(_ field: UInt64, _ number: UInt64) {
        tag(field, .varint)
        varint(number)
    }

    mutating func fixed(_ field: UInt64, _ number: UInt64) {
        tag(field, .fixed64)
        fixed(number)
    }

    mutating func double(_ field: UInt64, _ number: Double) { fixed(field, number.bitPattern) }

    mutating func data(_ field: UInt64, _ data: some Collection<UInt8>) {
        tag(field, .delimited)
        varint(UInt64(data.count))
        bytes.append(contentsOf: data)
    }

    mutating func text(_ field: UInt64, _ text: String) { data(field, text.utf8) }

    mutating func message(_ field: UInt64, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        data(field, inner.bytes)
    }

    /// Numbers of eight bytes, packed.
    mutating func fixed(_ field: UInt64, _ numbers: some Collection<UInt64>) {
        tag(field, .delimited)
        varint(UInt64(numbers.count * 8))
        for number in numbers { fixed(number) }
    }
}
