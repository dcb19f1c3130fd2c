import Crypto

/// How records lie in the file: a mark, the length of the page, the record's number, SHA-256 of the two and the page, and
/// the page. Numbers are little-endian and count from 1.
///
/// Each can be read by itself, so that damage to one loses no other.
enum EmergencyRecord {
    private static let mark = Array("TPE1".utf8)
    private static let headSize = 4 + 4 + 8 + SHA256.byteCount

    static func bytes(of page: [UInt8], number: UInt64) -> [UInt8] {
        var record = mark
        withUnsafeBytes(of: UInt32(page.count).littleEndian) { record += $0 }
        withUnsafeBytes(of: number.littleEndian) { record += $0 }
        record += digest(of: page[...], number: number)
        return record + page
    }

    /// What can be read of a file.
    struct Found {
        var pages: [[UInt8]] = []
        var lastNumber: UInt64 = 0
        /// Behind the last record.
        var end = 0
        /// Nil where every byte is of a record, in the order of their numbers.
        var damage: String?
    }

    /// Reads every record that is whole, whatever lies between them.
    static func all(in file: [UInt8]) -> Found {
        var found = Found()
        var place = 0
        var unreadable = 0
        var missing: UInt64 = 0
        while place < file.count {
            guard let (page, number) = record(in: file, at: place), number > found.lastNumber else {
                unreadable += 1
                place += 1
                continue
            }
            missing += number - found.lastNumber - 1
            found.pages.append(page)
            found.lastNumber = number
            place += headSize + page.count
            found.end = place
        }
        if unreadable > 0 || missing > 0 {
            found.damage = "\(unreadable) bytes are no records, and \(missing) records before the last are missing"
        }
        return found
    }

    private static func record(in file: [UInt8], at place: Int) -> (page: [UInt8], number: UInt64)? {
        guard file.count - place >= headSize, file[place..<(place + mark.count)].elementsEqual(mark) else { return nil }
        let (length, number) = file.withUnsafeBytes { bytes in
            (
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)),
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
            )
        }
        let start = place + headSize
        guard Int(length) <= file.count - start else { return nil }
        let page = file[start..<(start + Int(length))]
        guard digest(of: page, number: number).elementsEqual(file[(place + 16)..<start]) else { return nil }
        return (Array(page), number)
    }

    private static func digest(of page: ArraySlice<UInt8>, number: UInt64) -> SHA256.Digest {
        var hash = SHA256()
        withUnsafeBytes(of: (number.littleEndian, UInt64(page.count).littleEndian)) { hash.update(bufferPointer: $0) }
        page.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize()
    }
}
