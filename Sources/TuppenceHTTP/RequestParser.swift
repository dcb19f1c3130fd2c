import NIOCore

/// The head of a request, as it came.
public struct RequestHead: Sendable {
    public enum Method: Hashable, Sendable {
        case get, head, post, options
        case other(String)
    }

    public let method: Method
    public private(set) var fields: HeaderFields
    public let framing: BodyFraming
    /// Whether the connection may carry another request after this one.
    public let keepAlive: Bool
    public let isHTTP10: Bool
    public let expectsContinue: Bool
    /// Whether an `Upgrade` field asks for another protocol.
    public let asksForWebSocket: Bool
    /// Whether the body is under a content coding other than `identity`, and so cannot be read as it comes.
    public let isEncoded: Bool
    let connectionNamesFields: Bool
    let target: Range<Int>
    let pathStart: Int

    /// The same in memory of its own: see ``HeaderFields/compacted()``.
    public func compacted() -> RequestHead {
        var head = self
        head.fields = fields.compacted()
        return head
    }

    /// The path of the request target, without its query, as bytes.
    public func withPath<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        fields.head.withUnsafeReadableBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[pathStart..<target.upperBound])
            let end = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.count
            if end == 0 { return ("/" as StaticString).withUTF8Buffer { body(UnsafeRawBufferPointer($0)) } }
            return body(UnsafeRawBufferPointer(rebasing: rest[..<end]))
        }
    }

    public var path: String { withPath { String(decoding: $0, as: UTF8.self) } }

    /// The request target as it came, query included.
    public var uri: String {
        fields.head.withUnsafeReadableBytes { String(decoding: $0[target], as: UTF8.self) }
    }
}

/// Reads requests off a connection, one after the other. Strict: what RFC 9112 lets a server refuse is refused.
public struct RequestParser: Sendable {
    public enum Event: Sendable {
        case head(RequestHead)
        case body(ByteBuffer)
        case end
    }

    private let limits: FramingLimits
    private var scanner = HeadScanner()
    private var body: BodyDecoder?
    private var mayBeEmptyLine = true
    private var failure: FramingError?

    public init(limits: FramingLimits = .init()) { self.limits = limits }

    /// The next event, its bytes taken off `buffer`, or nil until more bytes come.
    ///
    /// - Throws: what is wrong with the bytes, and the same from then on: nothing behind a refused request is read.
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
        if body != nil {
            switch try body!.next(&buffer) {
            case .bytes(let bytes): return .body(bytes)
            case .end:
                body = nil
                return .end
            case nil: return nil
            }
        }
        guard skipEmptyLine(&buffer), let length = try scanner.headLength(in: buffer, limits: limits),
            let bytes = buffer.readSlice(length: length)
        else { return nil }
        mayBeEmptyLine = true
        let head = try Self.parse(bytes, limits: limits)
        body = BodyDecoder(head.framing, limits: limits)
        return .head(head)
    }

    /// RFC 9112 section 2.2: an empty line before a request line is ignored; ours is one line a request.
    ///
    /// - Returns: whether a request begins at the reader index; false until enough bytes have come to tell.
    private mutating func skipEmptyLine(_ buffer: inout ByteBuffer) -> Bool {
        guard mayBeEmptyLine else { return true }
        guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return false }
        if first == 13 {
            guard let line = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) else { return false }
            if line == 0x0D0A { buffer.moveReaderIndex(forwardBy: 2) }
        }
        mayBeEmptyLine = false
        return true
    }

    private static func parse(_ bytes: ByteBuffer, limits: FramingLimits) throws(FramingError) -> RequestHead {
        let line = try Self.line(bytes)
        var framing = FramingFields()
        let fields = try HeadScanner.fields(of: bytes, from: line.end, limits: limits) { framing.visitRequest($0, $1) }
        if framing.hosts == 0 && !line.isHTTP10 { throw .bad("no Host") }
        if framing.hosts == 1 && !line.authority.isEmpty && !names(fields, line.authority) {
            throw .bad("a Host other than the target's")
        }
        if framing.chunked && framing.length != nil { throw .bad("both Content-Length and Transfer-Encoding") }
        if framing.chunked && line.isHTTP10 { throw .bad("Transfer-Encoding in HTTP/1.0") }
        let body: BodyFraming =
            if framing.chunked { .chunked } else if let length = framing.length { .length(length) } else { .none }
        return RequestHead(
            method: line.method, fields: fields, framing: body,
            keepAlive: line.isHTTP10
                ? framing.connectionKeepAlive && !framing.connectionClose : !framing.connectionClose,
            isHTTP10: line.isHTTP10, expectsContinue: framing.expectsContinue && !line.isHTTP10,
            asksForWebSocket: framing.asksForWebSocket, isEncoded: framing.isEncoded,
            connectionNamesFields: framing.connectionNamesFields, target: line.target, pathStart: line.pathStart)
    }

    private static func line(_ head: ByteBuffer) throws(FramingError) -> RequestLine {
        let line: Result<RequestLine, FramingError> = head.withUnsafeReadableBytes { bytes in
            do throws(FramingError) { return .success(try RequestLine(bytes)) } catch { return .failure(error) }
        }
        return try line.get()
    }

    /// Whether the Host field is the `authority` of the target, as RFC 9112 section 3.2 has senders repeat it.
    private static func names(_ fields: HeaderFields, _ authority: Range<Int>) -> Bool {
        fields.head.withUnsafeReadableBytes { bytes in
            let authority = UnsafeRawBufferPointer(rebasing: bytes[authority])
            return fields.withFirst("host") { $0.equalsIgnoringCase(authority) } ?? false
        }
    }
}
