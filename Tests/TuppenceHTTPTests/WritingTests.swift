import NIOCore
import Testing

@testable import TuppenceHTTP

@Suite("what is written reads back")
struct WritingTests {
    private func written(_ write: (inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer()
        write(&buffer)
        return String(buffer: buffer)
    }

    @Test(
        "a count is written in decimal",
        arguments: [
            (0, "0"), (9, "9"), (10, "10"), (99, "99"), (100, "100"), (4_096, "4096"), (-1, "-1"), (-10, "-10"),
            (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
        ])
    func decimal(value: Int, text: String) {
        #expect(written { buffer in ByteBuffer.withDecimal(value) { buffer.writeBytes($0) } } == text)
    }

    @Test(
        "a chunk size is written in hexadecimal, with no nought before it",
        arguments: [
            (1, "1"), (9, "9"), (10, "a"), (15, "f"), (16, "10"), (17, "11"), (255, "ff"), (256, "100"), (4_095, "fff"),
            (4_096, "1000"), (65_536, "10000"), (0x7FFF_FFFF_FFFF, "7fffffffffff"), (Int.max, "7fffffffffffffff"),
        ])
    func chunkSize(count: Int, text: String) { #expect(written { $0.writeChunkSize(count) } == text + "\r\n") }

    @Test("a field is written on a line of its own")
    func fields() {
        #expect(written { $0.writeField("x-a", "b") } == "x-a: b\r\n")
        #expect(written { $0.writeField("content-length", 42) } == "content-length: 42\r\n")
        #expect(
            written { buffer in
                [UInt8]("x-a".utf8).withUnsafeBytes { name in
                    [UInt8]("b".utf8).withUnsafeBytes { buffer.writeField(name, $0) }
                }
            } == "x-a: b\r\n")
        #expect(written { $0.writeEndOfHead() } == "\r\n")
        #expect(written { $0.writeLastChunk() } == "0\r\n\r\n")
    }

    /// A response with a body in chunks of these sizes.
    private func response(_ status: Int, chunks: [Int]) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeStatusLine(status)
        buffer.writeField("transfer-encoding", "chunked")
        buffer.writeEndOfHead()
        for count in chunks {
            buffer.writeChunkSize(count)
            buffer.writeRepeatingByte(UInt8(ascii: "a"), count: count)
            buffer.writeChunkEnd()
        }
        buffer.writeLastChunk()
        return Array(buffer.readableBytesView)
    }

    @Test(
        "chunks read back, with our reader and with NIO's",
        arguments: [[], [1], [15, 16], [255, 1, 256], [4_096, 65_537]])
    func chunks(sizes: [Int]) throws {
        let input = response(200, chunks: sizes)
        let ours = readResponses([input[...]])
        #expect(ours.failure == nil)
        #expect(ours.messages.map(\.body.count) == [sizes.reduce(0, +)])
        #expect(ours.messages.allSatisfy { $0.isComplete })
        #expect(try NIOReading.responses(input, count: 1).messages == ours.messages)
    }

    @Test("the largest chunk size that we can read is the largest of fifteen digits")
    func largestChunk() {
        let largest = written { $0.writeChunkSize(1 << 60 - 1) }
        #expect(readRequests(bytes(chunked(largest))).failure == nil)
        let next = written { $0.writeChunkSize(1 << 60) }
        #expect(readRequests(bytes(chunked(next))).failure?.status == 400)
    }

    @Test("every status line reads back, with our reader and with NIO's")
    func statusLines() throws {
        for status in 200...999 {
            var buffer = ByteBuffer()
            buffer.writeStatusLine(status)
            buffer.writeField("content-length", 0)
            buffer.writeEndOfHead()
            let input = Array(buffer.readableBytesView)
            let ours = readResponses([input[...]])
            #expect(ours.messages.map(\.start) == ["\(status)"] && ours.messages[0].isComplete)
            #expect(try NIOReading.responses(input, count: 1).messages == ours.messages)
        }
    }

    @Test("lengths read back, with our reader and with NIO's", arguments: [0, 1, 9, 10, 99, 100, 65_537])
    func lengths(count: Int) throws {
        var buffer = ByteBuffer(string: "POST / HTTP/1.1\r\nhost: a\r\n")
        buffer.writeField("content-length", count)
        buffer.writeEndOfHead()
        buffer.writeRepeatingByte(0, count: count)
        let input = Array(buffer.readableBytesView)
        let ours = readRequests(input)
        #expect(ours.failure == nil && ours.messages.map(\.body.count) == [count])
        #expect(try NIOReading.requests(input).messages == ours.messages)
    }
}
