import Foundation
import TuppenceCore

extension [String: String] {
    /// What it says, and of what it does not say what files do: each is named as a variable, or as that in lower case, and holds its
    /// value. systemd's credentials are such files (`CREDENTIALS_DIRECTORY`), and so are the secrets of containers; a credential
    /// goes before a secret of the same name.
    ///
    /// A file that this user may not read is as good as none: what is needed and not there is told by who needs it.
    ///
    /// Source: https://systemd.io/CREDENTIALS and https://docs.docker.com/compose/how-tos/use-secrets (read 2026-11-29).
    package func withSecretFiles(in folder: String = "/run/secrets") -> [String: String] {
        var complete = self
        for folder in [variable("CREDENTIALS_DIRECTORY"), folder].compactMap(\.self) {
            complete.takeSecrets(of: folder)
        }
        return complete
    }

    private mutating func takeSecrets(of folder: String) {
        // Hardly any machine has such a folder.
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
        // Capitals come first: a variable's very name goes before what stands in for it.
        for name in names.sorted() where name.isVariableName {
            let unset = Set([name, name.uppercased()]).filter { variable($0) == nil }
            guard !unset.isEmpty, let value = Self.secret(at: "\(folder)/\(name)") else { continue }
            for name in unset { self[name] = value }
        }
    }

    /// Longer ones are no secrets, but something else that lies there.
    private static let longestSecret = 64 << 10

    private static func secret(at path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path), let bytes = try? file.read(upToCount: longestSecret + 1),
            bytes.count <= longestSecret, var text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        // Editors and `echo` end files so, and no secret does. A line end of two characters is one for Swift.
        if text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
