import Crypto
import TuppenceCore

/// The chain that makes every change to the past visible: each page is sealed together with the seal before it.
public enum Seal {
    /// What the first page is sealed with.
    public static let none = [UInt8](repeating: 0, count: SHA256.byteCount)

    /// SHA-256 of the seal before, the page's number and time (big-endian, 8 bytes each) and its bytes.
    public static func of(
        _ page: UnsafeRawBufferPointer, id: Int64, at time: Timestamp, after seal: [UInt8]
    ) -> SHA256.Digest {
        var hash = SHA256()
        seal.withUnsafeBytes { hash.update(bufferPointer: $0) }
        withUnsafeBytes(of: (id.bigEndian, time.milliseconds.bigEndian)) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: page)
        return hash.finalize()
    }

    /// - Throws: if `page` is not what was sealed after `seal`.
    public static func check(_ page: StoredPage, after seal: [UInt8]) throws(StoreError) {
        let right = page.bytes.withUnsafeBytes { of($0, id: page.id, at: page.at, after: seal) }
        guard right.elementsEqual(page.seal) else {
            throw StoreError(
                "page \(page.id) of the journal is not what was written: it or one before it has been changed or damaged. Restore the file from a copy; 'tuppence ledger verify' tells which pages are sound."
            )
        }
    }
}
