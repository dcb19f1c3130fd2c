import NIOCore
import Testing

@testable import TuppenceHTTP

/// One message as a reader understood it, with nothing left of how its bytes came.
struct Message: Hashable, Sendable {
    /// Method and target and version, or status and version.
    var start: String
    /// Names as they came.
    var fields: [Field]
    var body: [UInt8] = []
    var isComplete = false
    var keepAlive: Bool

    struct Field: Hashable, Sendable {
        var name: String
        var value: String
    }
}

/// What a reader made of a connection's bytes.
struct Reading: Hashable, Sendable {
    var messages: [Message] = []
    var failure: FramingError?
}

/// A request that must not be read once another was refused: the desync probe.
let probe = bytes("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")

/// Each scalar of `text` as one byte, so that a test can name any byte there is.
func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

/// What our parser reads in `input` when it comes in `pieces`; a refusal has to be the end of it.
func readRequests(_ pieces: [ArraySlice<UInt8>], limits: FramingLimits = .init()) -> Reading {
    var parser = RequestParser(limits: limits)
    var buffer = ByteBuffer()
    var reading = Reading()
    do throws(FramingError) {
        for piece in pieces {
            buffer.writeBytes(piece)
            while let event = try parser.next(&buffer) { reading.add(event) }
        }
    } catch {
        reading.failure = error
        buffer.writeBytes(probe)
        #expect(throws: error, "a refused connection is read no further") { try parser.next(&buffer) }
    }
    return reading
}

func readRequests(_ input: [UInt8], limits: FramingLimits = .init()) -> Reading {
    readRequests([input[...]], limits: limits)
}

/// What our parser reads in `input`; `closing` says that the connection closes after it.
func readResponses(
    _ pieces: [ArraySlice<UInt8>], closing: Bool = false, limits: FramingLimits = .init()
) -> Reading {
    var parser = ResponseParser(limits: limits)
    var buffer = ByteBuffer()
    var reading = Reading()
    do throws(FramingError) {
        for piece in pieces {
            buffer.writeBytes(piece)
            while let event = try parser.next(&buffer) { reading.add(event) }
        }
    } catch {
        reading.failure = error
        buffer.writeBytes(bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        #expect(throws: error, "a refused connection is read no further") { try parser.next(&buffer) }
    }
    if closing, parser.closed() { reading.messages[reading.messages.count - 1].isComplete = true }
    return reading
}

func readResponses(_ input: String, closing: Bool = false) -> Reading {
    readResponses([bytes(input)[...]], closing: closing)
}

extension Reading {
    mutating func add(_ event: RequestParser.Event) {
        switch event {
        case .head(let head):
            let start = "\(head.method.name) \(head.uri) HTTP/1.\(head.isHTTP10 ? 0 : 1)"
            messages.append(Message(start: start, fields: head.fields.list, keepAlive: head.keepAlive))
        case .body(let bytes): add(body: bytes)
        case .end: messages[messages.count - 1].isComplete = true
        }
    }

    mutating func add(_ event: ResponseParser.Event) {
        switch event {
        case .head(let head):
            messages.append(Message(start: "\(head.status)", fields: head.fields.list, keepAlive: head.keepAlive))
        case .body(let bytes): add(body: bytes)
        case .end: messages[messages.count - 1].isComplete = true
        }
    }

    mutating func add(body: ByteBuffer) { messages[messages.count - 1].body += body.readableBytesView }
}

extension RequestHead.Method {
    var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .options: "OPTIONS"
        case .other(let name): name
        }
    }
}

extension HeaderFields {
    var list: [Message.Field] {
        var all: [Message.Field] = []
        forEach {
            all.append(.init(name: String(decoding: $0, as: UTF8.self), value: String(decoding: $1, as: UTF8.self)))
        }
        return all
    }
}

/// SplitMix64: small, seeded, and the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// `bytes` in up to six pieces, cut anywhere.
    mutating func cut(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let cuts = (0..<Int.random(in: 1...5, using: &self)).map { _ in Int.random(in: 0...bytes.count, using: &self) }
        let edges = [0] + cuts.sorted() + [bytes.count]
        return zip(edges, edges.dropFirst()).map { bytes[$0..<$1] }
    }
}

extension [UInt8] {
    var onePerRead: [ArraySlice<UInt8>] { indices.map { self[$0...$0] } }

    /// As in a Swift string literal, for failure messages.
    var shown: String { map { Character(Unicode.Scalar($0)).unicodeScalars.first!.escaped(asASCII: true) }.joined() }
}
