/// `METHOD SP target SP HTTP/1.x CR LF`, with single spaces, at the start of a head.
struct RequestLine {
    let method: RequestHead.Method
    /// The target as it came.
    let target: Range<Int>
    /// The host that a target in absolute form (`http://host/path`) names; empty for a plain path.
    let authority: Range<Int>
    /// Where the path begins within the head.
    let pathStart: Int
    let isHTTP10: Bool
    /// Where the field lines begin.
    let end: Int

    /// Reads the first line of `head`, which is complete: its CR LF stops every search below.
    init(_ head: UnsafeRawBufferPointer) throws(FramingError) {
        var end = 0
        while ByteClass.token.contains(head[end]) { end += 1 }
        guard end > 0, head[end] == 32 else { throw .bad("an invalid request line") }
        let method = Self.method(UnsafeRawBufferPointer(rebasing: head[..<end]))

        let start = end + 1
        end = start
        while ByteClass.target.contains(head[end]) { end += 1 }
        guard end > start, head[end] == 32 else { throw .bad("an invalid request target") }

        guard let newline = head.firstNewline(from: end) else { throw .bad("an invalid request line") }
        isHTTP10 = try Self.isHTTP10(UnsafeRawBufferPointer(rebasing: head[(end + 1)..<(newline - 1)]))
        guard let authority = Self.authority(of: UnsafeRawBufferPointer(rebasing: head[start..<end]), method) else {
            throw .bad("a request target that is not a path")
        }
        self.method = method
        target = start..<end
        self.authority = (start + authority.lowerBound)..<(start + authority.upperBound)
        pathStart = start + authority.upperBound
        self.end = newline + 1
    }

    /// The authority within `target`, empty unless it is in absolute form; nil if the target is in no form served here.
    private static func authority(of target: UnsafeRawBufferPointer, _ method: RequestHead.Method) -> Range<Int>? {
        if target[0] == UInt8(ascii: "/") { return 0..<0 }
        if target.equals("*") { return method == .options ? 0..<0 : nil }
        for scheme: StaticString in ["http://", "https://"] {
            let start = scheme.utf8CodeUnitCount
            guard target.count > start, UnsafeRawBufferPointer(rebasing: target[..<start]).equalsIgnoringCase(scheme)
            else { continue }
            var end = start
            while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") { end += 1 }
            guard end > start, UnsafeRawBufferPointer(rebasing: target[start..<end]).isHost else { return nil }
            return start..<end
        }
        return nil
    }

    private static func isHTTP10(_ version: UnsafeRawBufferPointer) throws(FramingError) -> Bool {
        if version.equals("HTTP/1.1") { return false }
        if version.equals("HTTP/1.0") { return true }
        let isVersion =
            version.count == 8 && UnsafeRawBufferPointer(rebasing: version[..<5]).equals("HTTP/")
            && ByteClass.digit.contains(version[5]) && version[6] == UInt8(ascii: ".")
            && ByteClass.digit.contains(version[7])
        throw isVersion ? FramingError(status: 505, "a version other than HTTP/1.1") : .bad("an invalid HTTP version")
    }

    private static func method(_ bytes: UnsafeRawBufferPointer) -> RequestHead.Method {
        if bytes.equals("POST") { return .post }
        if bytes.equals("GET") { return .get }
        if bytes.equals("HEAD") { return .head }
        if bytes.equals("OPTIONS") { return .options }
        return .other(String(decoding: bytes, as: UTF8.self))
    }
}
