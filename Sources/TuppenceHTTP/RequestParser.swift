import NIOCore

/// The head of a request, as it came.
public struct RequestHead: Sendable {
    public enum Method: Hashable, Sendable {
        case get, head, post, options
        case other(String)
    }

    public let method: Method
    public let fields: HeaderFields
    public let framing: BodyFraming
    /// Whether the connection may carry another request after this one.
    public let keepAlive: Bool
    public let isHTTP10: Bool
    public let expectsContinue: Bool
    /// Whether an `Upgrade` field asks for another protocol.
    public let upgrade: Bool
    let target: Range<Int>

    /// The request target without its query, as bytes.
    public func withPath<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        fields.head.withUnsafeReadableBytes { bytes in
            let whole = UnsafeRawBufferPointer(rebasing: bytes[target])
            let end = whole.firstIndex(of: UInt8(ascii: "?")) ?? whole.count
            return body(UnsafeRawBufferPointer(rebasing: whole[..<end]))
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

    public init(limits: FramingLimits = .init()) { self.limits = limits }

    /// Whether the next byte would begin a new request.
    public var isBetweenRequests: Bool { body == nil }

    /// The next event, its bytes taken off `buffer`, or nil until more bytes come.
    public mutating func next(_ buffer: inout ByteBuffer) throws(FramingError) -> Event? {
        if body != nil {
            switch try body!.next(&buffer) {
            case .bytes(let bytes): return .body(bytes)
            case .end:
                body = nil
                return .end
            case nil: return nil
            }
        }
        // RFC 9112 section 2.2: an empty line before a request line is ignored, once.
        if scannerIsFresh, buffer.readableBytes >= 2,
            buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) == 0x0D0A
        {
            buffer.moveReaderIndex(forwardBy: 2)
            skippedEmptyLine = true
        }
        if scannerIsFresh, buffer.readableBytes == 1, buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) == 13 {
            return nil
        }
        if buffer.readableBytes > 0 { scannerIsFresh = false }
        guard let length = try scanner.headLength(in: buffer, limits: limits), let bytes = buffer.readSlice(length: length)
        else { return nil }
        scannerIsFresh = true
        skippedEmptyLine = false
        let head = try Self.parse(bytes, limits: limits)
        body = BodyDecoder(head.framing, limits: limits)
        return .head(head)
    }

    private var scannerIsFresh = true
    private var skippedEmptyLine = false

    private static func parse(_ bytes: ByteBuffer, limits: FramingLimits) throws(FramingError) -> RequestHead {
        let line = try RequestLine(bytes)
        var framing = FramingFields()
        let fields = try HeadScanner.fields(of: bytes, from: line.end, limits: limits) { framing.visit($0, $1) }
        if framing.hosts == 0 && !line.isHTTP10 { throw .bad("no Host") }
        if framing.chunked && framing.length != nil { throw .bad("both Content-Length and Transfer-Encoding") }
        if framing.chunked && line.isHTTP10 { throw .bad("Transfer-Encoding in HTTP/1.0") }
        let body: BodyFraming =
            if framing.chunked { .chunked } else if let length = framing.length { .length(length) } else { .none }
        return RequestHead(
            method: line.method, fields: fields, framing: body,
            keepAlive: line.isHTTP10 ? framing.connectionKeepAlive && !framing.connectionClose : !framing.connectionClose,
            isHTTP10: line.isHTTP10, expectsContinue: framing.expectsContinue && !line.isHTTP10,
            upgrade: framing.upgrade, target: line.target)
    }
}

/// `METHOD SP target SP HTTP/1.x CR LF`, with single spaces.
private struct RequestLine {
    let method: RequestHead.Method
    let target: Range<Int>
    let isHTTP10: Bool
    let end: Int

    init(_ head: ByteBuffer) throws(FramingError) {
        let parsed: Result<RequestLine, FramingError> = head.withUnsafeReadableBytes { bytes in
            let newline = bytes.firstNewline(from: 0) ?? 0
            let line = UnsafeRawBufferPointer(rebasing: bytes[..<(newline - 1)])
            guard let space = line.firstIndex(of: 32), space > 0,
                UnsafeRawBufferPointer(rebasing: line[..<space]).allSatisfy(ByteClass.token)
            else { return .failure(.bad("an invalid request line")) }
            var last = line.count - 1
            while last > space, line[last] != 32 { last -= 1 }
            guard last > space + 1 else { return .failure(.bad("an invalid request line")) }
            let target = (space + 1)..<last
            let targetBytes = UnsafeRawBufferPointer(rebasing: line[target])
            guard targetBytes.allSatisfy(ByteClass.target) else { return .failure(.bad("an invalid request target")) }
            guard targetBytes[0] == UInt8(ascii: "/") || targetBytes.equals("*") else {
                return .failure(.bad("a request target that is not a path"))
            }
            let version = UnsafeRawBufferPointer(rebasing: line[(last + 1)...])
            let isHTTP10 = version.equals("HTTP/1.0")
            guard isHTTP10 || version.equals("HTTP/1.1") else {
                return .failure(FramingError(status: 505, "a version other than HTTP/1.1"))
            }
            let method = Self.method(UnsafeRawBufferPointer(rebasing: line[..<space]))
            return .success(RequestLine(method: method, target: target, isHTTP10: isHTTP10, end: newline + 1))
        }
        self = try parsed.get()
    }

    private init(method: RequestHead.Method, target: Range<Int>, isHTTP10: Bool, end: Int) {
        self.method = method
        self.target = target
        self.isHTTP10 = isHTTP10
        self.end = end
    }

    private static func method(_ bytes: UnsafeRawBufferPointer) -> RequestHead.Method {
        if bytes.equals("POST") { return .post }
        if bytes.equals("GET") { return .get }
        if bytes.equals("HEAD") { return .head }
        if bytes.equals("OPTIONS") { return .options }
        return .other(String(decoding: bytes, as: UTF8.self))
    }
}
