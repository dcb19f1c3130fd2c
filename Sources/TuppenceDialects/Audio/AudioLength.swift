/// How long a recording is, as far as its file tells.
///
/// What the head of a file claims is taken for true: whoever claims less than there is, is charged for what his provider
/// counts all the same.
package struct AudioLength: Hashable, Sendable {
    /// Whole seconds, never fewer than there are, and at least 10, since a provider may have a least charge (Groq's is said to
    /// be 10 seconds).
    package let mostSeconds: Int
    /// Whole seconds as best guessed.
    package let usualSeconds: Int

    private static let leastSeconds = 10
    /// Opus goes down to 6 kilobits a second (RFC 6716, section 2.1.1); nothing that these endpoints take does with fewer.
    private static let leastBytesOfSecond = 750
    /// 32 kilobits.
    private static let usualBytesOfSecond = 4_000

    package init(of bytes: UnsafeRawBufferPointer) {
        let told =
            WAVLength.milliseconds(of: bytes) ?? FLACLength.milliseconds(of: bytes) ?? OggLength.milliseconds(of: bytes)
            ?? MP4Length.milliseconds(of: bytes) ?? MP3Length.milliseconds(of: bytes)
        if let told {
            let seconds = min(told / 1_000, 999_999_999) + (told % 1_000 > 0 ? 1 : 0)
            usualSeconds = seconds
            // Providers count the last piece whole.
            mostSeconds = max(seconds + 1, Self.leastSeconds)
        } else {
            usualSeconds = (bytes.count + Self.usualBytesOfSecond - 1) / Self.usualBytesOfSecond
            mostSeconds = max(
                (bytes.count + Self.leastBytesOfSecond - 1) / Self.leastBytesOfSecond, Self.leastSeconds)
        }
    }
}

extension AudioLength {
    /// The same for sound that a model hears, where nothing is known that a file has to be for being short.
    ///
    /// - Returns: nil for FLAC that does not say how long it is: silence takes next to nothing in it.
    init?(ofSound bytes: UnsafeRawBufferPointer) {
        if bytes.has("fLaC", at: 0), FLACLength.milliseconds(of: bytes) == nil { return nil }
        self.init(of: bytes)
    }
}

extension UnsafeRawBufferPointer {
    func has(_ text: StaticString, at offset: Int) -> Bool {
        guard offset >= 0, offset + text.utf8CodeUnitCount <= count else { return false }
        for index in 0..<text.utf8CodeUnitCount where self[offset + index] != text.utf8Start[index] { return false }
        return true
    }

    /// - Returns: nil where that lies beyond the end.
    func littleEndian(_ width: Int, at offset: Int) -> Int? {
        guard offset >= 0, offset + width <= count else { return nil }
        return (0..<width).reversed().reduce(0) { $0 << 8 | Int(self[offset + $1]) }
    }

    func bigEndian(_ width: Int, at offset: Int) -> Int? {
        guard offset >= 0, offset + width <= count else { return nil }
        return (0..<width).reduce(0) { $0 << 8 | Int(self[offset + $1]) }
    }
}

/// Milliseconds of `units`, of which a second has `rate`; nil where that is no length.
func milliseconds(of units: Int, rate: Int) -> Int? {
    guard units >= 0, rate > 0 else { return nil }
    let (product, overflow) = units.multipliedReportingOverflow(by: 1_000)
    return overflow ? nil : product / rate + (product % rate > 0 ? 1 : 0)
}
