import NIOCore

/// The head of a response, as it came.
public struct ResponseHead: Sendable {
    public var status: Int
    public private(set) var fields: HeaderFields
    public let framing: BodyFraming
    /// Whether the connection may carry another exchange after this one.
    public let keepAlive: Bool

    /// The same in memory of its own: see ``HeaderFields/compacted()``.
    public func compacted() -> ResponseHead {
        var head = self
        head.fields = fields.compacted()
        return head
    }
}

/// Reads the responses to requests sent one at a time on a connection, none of which is HEAD: their answers have no body.
public struct ResponseParser: Sendable {
    public enum Event: Sendable {
        case head(ResponseHead)
        case body(ByteBuffer)
        case end
    }

    private let limits: FramingLimits
    private var scanner = HeadScanner()
    private var body: BodyDecoder?
    private var failure: FramingError?

    public init(limits: FramingLimits = .init()) { self.limits = limits }

    /// The next event, its bytes taken off `buffer`, or nil until more bytes come. Interim (1xx) responses are skipped.
    ///
    /// - Throws: what is wrong with the bytes, and the same from then on.
    public mutating func next(_ buffer: inout ByteBuffer) throws(FramingError) -> Event? {
        if let failure { throw failure }
        do throws(FramingError) {
            return try read(&buffer)
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func read(_ buffer: inout ByteBuffer) throws(FramingError) -> Event? {
        while true {
            if body != nil {
                switch try body!.next(&buffer) {
                case .bytes(let bytes): return .body(bytes)
                case .end:
                    body = nil
                    return .end
                case nil: return nil
                }
            }
            guard let length = try scanner.headLength(in: buffer, limits: limits),
                let bytes = buffer.readSlice(length: length)
            else { return nil }
            let head = try parse(bytes)
            if head.status == 101 { throw .bad("a switch of protocols that nobody asked for") }
            if head.status < 200 { continue }
            body = BodyDecoder(head.framing, limits: limits)
            return .head(head)
        }
    }

    /// Tells the parser that the other side has closed.
    ///
    /// - Returns: whether that ended a response properly; false when one was cut short or had not begun.
    public mutating func closed() -> Bool {
        defer { body = nil }
        return failure == nil && body?.endsWithConnection ?? false
    }

    private func parse(_ bytes: ByteBuffer) throws(FramingError) -> ResponseHead {
        let (status, isHTTP10, end) = try Self.statusLine(bytes)
        var framing = FramingFields()
        let fields = try HeadScanner.fields(of: bytes, from: end, limits: limits) { framing.visit($0, $1) }
        if framing.chunked && framing.length != nil { throw .bad("both Content-Length and Transfer-Encoding") }
        let body: BodyFraming =
            if status < 200 || status == 204 || status == 304 {
                .none
            } else if framing.chunked {
                .chunked
            } else if let length = framing.length {
                .length(length)
            } else {
                .untilClose
            }
        // RFC 9112 section 6.1: an HTTP/1.0 server that sends chunks is not to be trusted with the connection afterwards.
        let persistent =
            isHTTP10
            ? framing.connectionKeepAlive && !framing.connectionClose && !framing.chunked : !framing.connectionClose
        return ResponseHead(status: status, fields: fields, framing: body, keepAlive: persistent && body != .untilClose)
    }

    /// `HTTP/1.x SP nnn [SP reason] CR LF`.
    private static func statusLine(_ head: ByteBuffer) throws(FramingError) -> (status: Int, isHTTP10: Bool, end: Int) {
        let parsed: (Int, Bool, Int)? = head.withUnsafeReadableBytes { bytes in
            let newline = bytes.firstNewline(from: 0) ?? 0
            let line = UnsafeRawBufferPointer(rebasing: bytes[..<(newline - 1)])
            guard line.count >= 12, line[8] == 32, line.count == 12 || line[12] == 32 else { return nil }
            let version = UnsafeRawBufferPointer(rebasing: line[..<8])
            let isHTTP10 = version.equals("HTTP/1.0")
            guard isHTTP10 || version.equals("HTTP/1.1") else { return nil }
            var status = 0
            for byte in line[9..<12] {
                guard byte >= 48, byte <= 57 else { return nil }
                status = status * 10 + Int(byte - 48)
            }
            guard status >= 100, UnsafeRawBufferPointer(rebasing: line[12...]).isFieldValue else { return nil }
            return (status, isHTTP10, newline + 1)
        }
        guard let parsed else { throw .bad("an invalid status line") }
        return parsed
    }
}
