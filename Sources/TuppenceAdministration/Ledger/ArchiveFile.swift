import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceJournal
import TuppenceStore

/// The file that an archive is written to: readable by its owner only, and never in the place of anything else.
struct ArchiveFile {
    private let path: String
    private var settings: StoreSettings { .sqlite(path: path) }

    init(_ path: String) { self.path = path }

    /// What is found in the archive that is there; nil where there is no file, or nothing in it.
    ///
    /// - Throws: if there is anything else.
    func verified() throws -> JournalVerification? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        if try size == 0 { return nil }
        let isOther = AdministrationError(
            .conflict,
            "\(path) is there already, and is no archive of this ledger. Name another file; if it is what an interrupted archive has left, remove it."
        )
        guard case .upToDate(let store) = try look() else { throw isOther }
        guard try store.isArchive() else {
            // One that was interrupted before it had written anything.
            guard try store.rows() == .none, try store.verify().lastPage == 0 else { throw isOther }
            return nil
        }
        return try store.verify()
    }

    private func look() throws -> StoreLook {
        do {
            return try settings.look()
        } catch {
            // It may be a sound archive: nobody is told to remove what could not be looked into.
            throw AdministrationError(
                .conflict, "What is there already can't be read: \(error). See that it can be, or name another file.")
        }
    }

    /// Makes the file, has it filled, and reads it from its first page to its last.
    ///
    /// - Throws: with no file left behind that was not there before.
    func write(_ fill: (any Store) throws -> Void) throws -> JournalVerification {
        let isNew = !FileManager.default.fileExists(atPath: path)
        if isNew {
            let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
            guard descriptor >= 0 else { throw failure("can't be made", errno) }
            close(descriptor)
        }
        do {
            guard chmod(path, 0o600) == 0 else { throw failure("can't be kept from others", errno) }
            // The last connection takes the log into the file when it is closed.
            try { try fill(try settings.open(patience: 5)) }()
            guard !FileManager.default.fileExists(atPath: path + "-wal") else {
                throw failure("is open in another program")
            }
            try synchronize(path)
            try synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
            guard let found = try verified() else { throw failure("is empty") }
            return found
        } catch {
            if isNew { for end in ["", "-wal", "-shm"] { unlink(path + end) } }
            throw error
        }
    }

    var size: Int {
        get throws { try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0 }
    }

    /// What it says outlasts a power cut from now on.
    private func synchronize(_ path: String) throws {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw failure("can't be read", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("can't be written to the disk", errno) }
    }

    /// - Parameter code: what the system says of it, if it was asked.
    private func failure(_ what: String, _ code: Int32? = nil) -> StoreError {
        StoreError("\(path) \(what)" + (code.map { ": \(String(cString: strerror($0)))" } ?? ""))
    }
}
