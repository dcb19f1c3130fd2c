import TuppenceCore
import TuppenceServer
import TuppenceStore

/// A new virtual key: shown once, kept as a hash.
package struct SecretKey {
    package let text: String

    package init(text: String) { self.text = text }

    /// `tp_live_` or, for the sandbox, `tp_test_`, and 160 random bits in 32 characters.
    package static func random(test: Bool) -> SecretKey { random(after: test ? testPrefix : "tp_live_") }

    package static let testPrefix = "tp_test_"

    /// `tp_admin_`, and as many random bits: what people and programs use the console with.
    package static func operatorToken() -> SecretKey { random(after: "tp_admin_") }

    private static func random(after prefix: String) -> SecretKey {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        var random = SystemRandomNumberGenerator()
        let body = String((0..<32).map { _ in alphabet[Int(random.next(upperBound: 32 as UInt64))] })
        return SecretKey(text: prefix + body)
    }

    /// What its owner knows it by: `tp_live_abcd…wxyz`, which leaves 24 characters unsaid. Of a secret that somebody else has made up,
    /// which may be short, it says no more than a quarter.
    package var hint: String {
        if text.count >= 40, text.hasPrefix("tp_") { return "\(text.prefix(12))…\(text.suffix(4))" }
        let shown = min(text.count / 8, 4)
        return "\(text.prefix(shown))…\(text.suffix(shown))"
    }

    package func stored(name: String, at time: Timestamp, until end: Timestamp? = nil) -> StoredKey {
        StoredKey(name: name, hash: KeyDigest(of: text).bytes, hint: hint, createdAt: time, expiresAt: end)
    }
}

extension StoredKey {
    /// Whether it was made on a gateway that had the sandbox alone.
    package var isTest: Bool { hint.hasPrefix(SecretKey.testPrefix) }
}
