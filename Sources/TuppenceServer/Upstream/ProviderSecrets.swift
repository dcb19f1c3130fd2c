import NIOCore

/// What a provider is asked with. Some repeat it where they say what is wrong with a request; none of that reaches a caller.
struct ProviderSecrets {
    private let secrets: [[UInt8]]

    /// A shorter one is no secret, and may be a word of any sentence: `none`, say.
    private static let shortest = 8

    init(_ secrets: [String?]) {
        self.secrets = secrets.compactMap { $0.map { Array($0.utf8) } }.filter { $0.count >= Self.shortest }
    }

    /// Puts an asterisk in place of each byte of a secret: nothing moves, and JSON stays JSON.
    func hide(in bytes: inout ByteBuffer) {
        guard isFound(in: bytes) else { return }
        bytes.withUnsafeMutableReadableBytes { hide(in: $0) }
    }

    func hide(in text: inout String) {
        var bytes = ByteBuffer(string: text)
        guard isFound(in: bytes) else { return }
        hide(in: &bytes)
        text = String(buffer: bytes)
    }

    /// Looked for first, as a buffer that others have too is copied to be written to.
    private func isFound(in bytes: ByteBuffer) -> Bool {
        bytes.withUnsafeReadableBytes { bytes in
            bytes.indices.contains { start in secrets.contains { Self.length(of: $0, in: bytes, at: start) != nil } }
        }
    }

    private func hide(in bytes: UnsafeMutableRawBufferPointer) {
        var start = 0
        while start < bytes.count {
            let lengths = secrets.lazy.compactMap { Self.length(of: $0, in: UnsafeRawBufferPointer(bytes), at: start) }
            guard let length = lengths.max() else {
                start += 1
                continue
            }
            for index in start..<start + length { bytes[index] = UInt8(ascii: "*") }
            start += length
        }
    }

    /// How many bytes at `start` are `secret`, in whichever way JSON writes it; nil if they are not. One that is cut off at the
    /// end counts.
    private static func length(of secret: [UInt8], in bytes: UnsafeRawBufferPointer, at start: Int) -> Int? {
        var index = start
        for (position, byte) in secret.enumerated() {
            guard index < bytes.count else { return position >= shortest ? index - start : nil }
            guard let length = length(of: byte, in: bytes, at: index) else { return nil }
            index += length
        }
        return index - start
    }

    /// As it is, with a backslash before it, or as `\u002f`.
    private static func length(of byte: UInt8, in bytes: UnsafeRawBufferPointer, at index: Int) -> Int? {
        guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else { return bytes[index] == byte ? 1 : nil }
        if bytes[index + 1] == byte, !byte.isLetterOrDigit { return 2 }
        if bytes[index + 1] == UInt8(ascii: "u"), index + 6 <= bytes.count {
            let digits = bytes[index + 2..<index + 6]
            if Int(String(decoding: digits, as: UTF8.self), radix: 16) == Int(byte) { return 6 }
        }
        return byte == UInt8(ascii: "\\") ? 1 : nil
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
    }
}

extension ConnectedProvider {
    /// Put together where it is needed, which is in errors alone.
    var secrets: ProviderSecrets {
        ProviderSecrets([
            endpoint.apiKey, signature?.credentials.secretAccessKey, signature?.credentials.sessionToken,
            tokens?.current,
        ])
    }
}
