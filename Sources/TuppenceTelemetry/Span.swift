import TuppenceCore

/// One span of a trace.
struct Span: Sendable {
    /// As `trace.proto` numbers them.
    enum Kind: UInt64, Sendable {
        case server = 2
        case client = 3
    }

    var trace: TraceContext
    var id: UInt64
    var parent: UInt64?
    var name: String
    var kind: Kind
    /// Since 1970.
    var startNanoseconds: UInt64
    var endNanoseconds: UInt64
    var attributes: [Attribute]
    var isError = false
}

extension ProtobufWriter {
    mutating func span(_ field: UInt64, _ span: Span) {
        message(field) { writer in
            writer.data(1, Self.bytes(span.trace.high) + Self.bytes(span.trace.low))
            writer.data(2, Self.bytes(span.id))
            if let parent = span.parent { writer.data(4, Self.bytes(parent)) }
            writer.text(5, span.name)
            writer.number(6, span.kind.rawValue)
            writer.fixed(7, span.startNanoseconds)
            writer.fixed(8, span.endNanoseconds)
            writer.attributes(9, span.attributes)
            // STATUS_CODE_ERROR.
            if span.isError { writer.message(15) { $0.number(3, 2) } }
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
