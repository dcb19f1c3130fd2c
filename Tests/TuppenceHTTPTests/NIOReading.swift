import NIOCore
import NIOEmbedded
import NIOHTTP1

/// What NIO's decoders (llhttp) make of the same bytes: a second opinion.
struct NIOReading {
    var messages: [Message] = []
    var error: (any Error)?
    /// Behind a request to change protocols NIO reads no further.
    var stopsForUpgrade = false

    static func requests(_ input: [UInt8]) throws -> NIOReading {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
        return try NIOReading(channel, input) { (part: HTTPServerRequestPart, reading: inout NIOReading) in
            switch part {
            case .head(let head):
                let start = "\(head.method.rawValue) \(head.uri) \(head.version)"
                reading.messages.append(Message(start: start, fields: head.headers.list, keepAlive: head.isKeepAlive))
                reading.stopsForUpgrade = head.headers.contains(name: "upgrade")
            case .body(let bytes): reading.add(body: bytes)
            case .end: reading.messages[reading.messages.count - 1].isComplete = true
            }
        }
    }

    /// - Parameter count: how many requests were sent, since NIO reads no answer that nobody asked for.
    static func responses(_ input: [UInt8], count: Int) throws -> NIOReading {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
        for _ in 0..<count {
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
        }
        return try NIOReading(channel, input) { (part: HTTPClientResponsePart, reading: inout NIOReading) in
            switch part {
            case .head(let head):
                let start = "\(head.status.code)"
                reading.messages.append(Message(start: start, fields: head.headers.list, keepAlive: head.isKeepAlive))
            case .body(let bytes): reading.add(body: bytes)
            case .end: reading.messages[reading.messages.count - 1].isComplete = true
            }
        }
    }

    private init<Part>(_ channel: EmbeddedChannel, _ input: [UInt8], _ add: (Part, inout NIOReading) -> Void) throws {
        do { try channel.writeInbound(ByteBuffer(bytes: input)) } catch { self.error = error }
        // The connection closes, which ends what has no other end.
        do { _ = try channel.finish(acceptAlreadyClosed: true) } catch { self.error = self.error ?? error }
        while let part = try channel.readInbound(as: Part.self) { add(part, &self) }
    }

    private mutating func add(body: ByteBuffer) { messages[messages.count - 1].body += body.readableBytesView }
}

extension HTTPHeaders {
    fileprivate var list: [Message.Field] {
        map { .init(name: $0.name, value: $0.value.trimmingOptionalWhiteSpace) }
    }
}

extension String {
    fileprivate var trimmingOptionalWhiteSpace: String {
        let isSpace = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\t" }
        var rest = unicodeScalars[...]
        while let first = rest.first, isSpace(first) { rest.removeFirst() }
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }
}
