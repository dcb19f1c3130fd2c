import Foundation
import Logging
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceStore

/// The first key of a gateway that nobody has configured keys for: kept in a file that only its owner
/// can read, so that the next start shows the same line to paste.
struct KeyFile {
    private let path: String

    init(beside database: String) {
        path = URL(fileURLWithPath: database).deletingLastPathComponent().appendingPathComponent("tuppence.key").path
    }

    /// The key that a gateway with this configuration has made at its first start; nil where it has made none.
    static func kept(for loaded: LoadedConfiguration) throws(Failure) -> String? {
        guard loaded.configuration.keys.isEmpty else { return nil }
        let kept = try KeyFile(beside: loaded.configuration.localDatabase).read()
        return kept?.hasPrefix(SecretKey.testPrefix) == true && !loaded.isSandbox ? nil : kept
    }

    /// - Returns: a key that works, or nil where keys are configured or made by hand, or the file can't be read, which is logged.
    func ensureKey(in store: any Store, for loaded: LoadedConfiguration, _ logger: Logger) throws -> String? {
        guard loaded.configuration.keys.isEmpty else { return nil }
        let now = WallClock.now
        // What was made for the sandbox does not spend money, and where that was all there was, another is made.
        let all = try store.keys(at: now)
        let stored = all.filter { loaded.isSandbox || !$0.isTest }
        let kept: String?
        do {
            kept = try read()
        } catch {
            // Where there are keys, they work without it.
            if stored.isEmpty { throw error }
            logger.warning("the first key can't be shown", metadata: ["error": "\(error)"])
            return nil
        }
        let isGood = { (key: StoredKey) in !key.isDisabled && !key.hasExpired(at: now) }
        if let kept, stored.contains(where: { $0.hash == KeyDigest(of: kept).bytes && isGood($0) }) { return kept }
        guard stored.isEmpty else { return nil }
        let key = SecretKey.random(test: loaded.isSandbox)
        let name = ["default", "first"].first { name in !all.contains { $0.name == name } } ?? "live"
        let record = AuditRecord(at: now, actor: "first start", origin: "command", action: "key.create", subject: name)
        guard try store.insert(key.stored(name: name, at: now), record) else { return nil }
        try write(key.text)
        return key.text
    }

    /// - Returns: nil where there is no file.
    private func read() throws(Failure) -> String? {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return nil
        } catch {
            throw unreadable(error.reason)
        }
        guard let text = String(data: data, encoding: .utf8) else { throw unreadable("it is no text in UTF-8") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func unreadable(_ reason: String) -> Failure {
        Failure(
            "\(path), where the first key is kept, can't be read: \(reason). Make it readable to this user, or remove it and make a key of your own: tuppence keys create <name>"
        )
    }

    private func write(_ secret: String) throws(Failure) {
        let failure = Failure("The first key could not be kept in \(path): is the folder writable?")
        let fresh = path + ".new"
        unlink(fresh)
        // With its mode from the start: `createFile` gives it one only once the file has its name, and others could read it until then.
        let descriptor = open(fresh, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        guard descriptor >= 0 else { throw failure }
        // Nothing by then, unless it has failed.
        defer { unlink(fresh) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data((secret + "\n").utf8))
            try handle.close()
        } catch { throw failure }
        guard rename(fresh, path) == 0 else { throw failure }
    }
}
