import NIOCore
import Testing
import TuppenceHTTP

@Suite("What is read into")
struct ReadBufferTests {
    @Test(
        "bytes that have been read are not kept, though there is always one that has not", arguments: [1, 100, 5_000])
    func bounded(rest: Int) {
        var input = ByteBuffer()
        var expected = ByteBuffer()
        for number in 0..<2_000 {
            let piece = ByteBuffer(repeating: UInt8(truncatingIfNeeded: number), count: 4_096)
            input.takeIn(piece)
            expected.writeImmutableBuffer(piece)
            let read = input.readSlice(length: max(0, input.readableBytes - rest))
            #expect(read == expected.readSlice(length: read?.readableBytes ?? 0))
        }
        #expect(input == expected)
        #expect(input.capacity <= 64 << 10)
    }

    @Test("where nothing is left, what comes is taken as it is") func empty() {
        var input = ByteBuffer()
        input.takeIn(ByteBuffer(string: "abc"))
        #expect(input.readString(length: 3) == "abc")
        input.takeIn(ByteBuffer(string: "de"))
        #expect(input == ByteBuffer(string: "de"))
    }
}
