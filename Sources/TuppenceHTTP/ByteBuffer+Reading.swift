import NIOCore

extension ByteBuffer {
    /// Puts `bytes` behind those that are yet to be read.
    ///
    /// Those that have been read go: a buffer that is never quite empty when more comes would keep all that ever came.
    /// Whatever is moved was written once, so each byte is moved once on the average.
    package mutating func takeIn(_ bytes: ByteBuffer) {
        guard readableBytes > 0 else { return self = bytes }
        if readerIndex >= readableBytes { discardReadBytes() }
        writeImmutableBuffer(bytes)
    }
}
