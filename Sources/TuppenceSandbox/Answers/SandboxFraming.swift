/// How the messages of a stream are told apart.
enum SandboxFraming: Hashable, Sendable {
    /// Server-sent events.
    case events
    /// The same with the ends of lines that Google writes.
    case googleEvents
    /// One JSON array, which grows.
    case array
    /// AWS's event stream.
    case frames

    /// nil for that of server-sent events.
    var contentType: String? {
        switch self {
        case .events, .googleEvents: nil
        case .array: "application/json"
        case .frames: "application/vnd.amazon.eventstream"
        }
    }

    /// - Parameter isFirst: whether the stream begins with it.
    func bytes(of event: SandboxEvent, isFirst: Bool) -> [UInt8] {
        switch self {
        case .events: Self.serverSent(event, lineEnd: "\n")
        case .googleEvents: Self.serverSent(event, lineEnd: "\r\n")
        case .array: Array((isFirst ? "[" : ",\r\n").utf8) + event.data
        case .frames: SandboxFrame.bytes(of: event)
        }
    }

    /// What stands behind the last message of a whole stream.
    var end: [UInt8] { self == .array ? [UInt8(ascii: "]")] : [] }

    private static func serverSent(_ event: SandboxEvent, lineEnd: String) -> [UInt8] {
        let name = event.name.map { "event: \($0)\(lineEnd)" } ?? ""
        return Array("\(name)data: ".utf8) + event.data + Array("\(lineEnd)\(lineEnd)".utf8)
    }
}

/// One message of AWS's event stream: lengths and their checksum, headers, payload, and a checksum of it all. It is written by
/// itself here, so that it is an independent check of what reads it.
///
/// Source: https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html (read 2026-11).
enum SandboxFrame {
    /// What surrounds headers and payload.
    private static let frameLength = 16

    static func bytes(of event: SandboxEvent) -> [UInt8] {
        let kind = event.isException ? "exception" : "event"
        var headers = header(":\(kind)-type", event.name ?? "chunk")
        headers += header(":content-type", "application/json")
        headers += header(":message-type", kind)
        var bytes = number(frameLength + headers.count + event.data.count, width: 4)
        bytes += number(headers.count, width: 4)
        bytes += checksum(bytes)
        bytes += headers
        bytes += event.data
        return bytes + checksum(bytes)
    }

    private static func header(_ name: String, _ value: String) -> [UInt8] {
        var bytes = [UInt8(name.utf8.count)]
        bytes += Array(name.utf8)
        bytes.append(7)  // A string follows.
        bytes += number(value.utf8.count, width: 2)
        return bytes + Array(value.utf8)
    }

    /// In network order.
    private static func number(_ value: Int, width: Int) -> [UInt8] {
        (0..<width).reversed().map { UInt8(value >> ($0 * 8) & 255) }
    }

    /// CRC-32 as gzip has it.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return number(Int(~sum), width: 4)
    }
}
