/// Where in a trace a request stands, by W3C Trace Context: https://www.w3.org/TR/trace-context/ (read 2026-11-27).
public struct TraceContext: Hashable, Sendable {
    /// The 128 bits of the trace's id.
    public let high: UInt64
    public let low: UInt64
    /// The span that the request came from; nil where a trace begins here.
    public let parent: UInt64?
    /// Whether whoever began the trace has it recorded.
    public let isSampled: Bool

    /// Begins a trace: its id is that of the request, so that one leads to the other.
    public init(of request: RequestID) {
        (high, low) = (request.high, request.low)
        parent = nil
        isSampled = true
    }

    /// Reads `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`; a later version may have more behind that.
    public init?(traceparent bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Self.hex(bytes, 0..<2), version != 255, version != 0 || bytes.count == 55,
            bytes.count == 55 || bytes[55] == dash,
            let high = Self.hex(bytes, 3..<19), let low = Self.hex(bytes, 19..<35), high != 0 || low != 0,
            let parent = Self.hex(bytes, 36..<52), parent != 0, let flags = Self.hex(bytes, 53..<55)
        else { return nil }
        (self.high, self.low, self.parent) = (high, low, parent)
        isSampled = flags & 1 == 1
    }

    /// The `traceparent` of those who are asked on behalf of one of its spans.
    public func traceparent(from span: UInt64) -> String {
        func digits(_ number: UInt64) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return "00-\(digits(high))\(digits(low))-\(digits(span))-\(isSampled ? "01" : "00")"
    }

    /// Lower case alone counts.
    private static func hex(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64? {
        var number: UInt64 = 0
        for byte in bytes[range] {
            switch byte {
            case 48...57: number = number << 4 | UInt64(byte - 48)
            case 97...102: number = number << 4 | UInt64(byte - 87)
            default: return nil
            }
        }
        return number
    }
}

private let dash = UInt8(ascii: "-")

extension RequestID {
    /// The id of the span that stands for the request, and those of its attempts: one leads to the others, and none is 0.
    package func span(ofAttempt number: Int = 0) -> UInt64 {
        // SplitMix64, which scatters neighbours.
        var mixed = low &+ (UInt64(truncatingIfNeeded: number) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return mixed == 0 ? 1 : mixed
    }
}
