import Synchronization
import TuppenceCore
import TuppenceServer

/// The program around a gateway as a caller of it: it names a key, where others have to know its secret. What it sends
/// instead is known to this process alone, and gone with it.
package final class OwnCallers: Sendable {
    /// The key that is there even where neither the configuration nor the store has one of its name.
    package let standard: String
    private let secrets = Mutex<[String: String]>([:])

    package init(standard: String) { self.standard = standard }

    /// What a request of the key called `name` is sent with; nil if there is no such key.
    package func secret(of name: String) -> String? { secrets.withLock { $0[name] } }

    /// Puts every key in `keys` there a second time, under the program's own secret of it.
    func admit(to keys: inout [KeyDigest: Key]) {
        var known = Dictionary(keys.values.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        if known[standard] == nil { known[standard] = Key(name: standard) }
        let secrets = secrets.withLock { secrets in
            secrets = known.mapValues { key in secrets[key.name] ?? SecretKey.random(test: true).text }
            return secrets
        }
        for (name, key) in known { if let secret = secrets[name] { keys[KeyDigest(of: secret)] = key } }
    }
}
