/// Whether all of `bytes` are ASCII, as most of what programs send is.
package func isAllASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    var index = 0
    while index &+ 32 <= bytes.count {
        let words = (base + index).loadUnaligned(as: SIMD4<UInt64>.self)
        if (words[0] | words[1] | words[2] | words[3]) & 0x8080_8080_8080_8080 != 0 { return false }
        index &+= 32
    }
    return bytes[index...].allSatisfy { $0 < 0x80 }
}

/// Whether `bytes` are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
package func isValidUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    var index = 0
    let count = bytes.count
    func continues(_ place: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
        place < count && range.contains(bytes[place])
    }
    while index < count {
        if index + 8 <= count,
            (base + index).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
            index += 8
            continue
        }
        switch bytes[index] {
        case 0..<0x80: index += 1
        case 0xC2...0xDF:
            guard continues(index + 1) else { return false }
            index += 2
        case 0xE0...0xEF:
            let second: ClosedRange<UInt8> =
                bytes[index] == 0xE0 ? 0xA0...0xBF : bytes[index] == 0xED ? 0x80...0x9F : 0x80...0xBF
            guard continues(index + 1, second), continues(index + 2) else { return false }
            index += 3
        case 0xF0...0xF4:
            let second: ClosedRange<UInt8> =
                bytes[index] == 0xF0 ? 0x90...0xBF : bytes[index] == 0xF4 ? 0x80...0x8F : 0x80...0xBF
            guard continues(index + 1, second), continues(index + 2), continues(index + 3) else { return false }
            index += 4
        default: return false
        }
    }
    return true
}
