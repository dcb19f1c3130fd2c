import Foundation
import GRDB

/// The file of a store, as the system has it.
struct SQLiteFile {
    let path: String

    private var folder: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

    /// Whether this user may write to it, and beside it, where SQLite's log is made.
    var isWritable: Bool { access(path, W_OK) == 0 && access(folder, W_OK) == 0 }

    /// Makes the file, where there is none, for its owner alone, before anything is in it; SQLite gives those beside it the same mode.
    /// Where it can't be made SQLite says what there is to say.
    func makePrivate() {
        // What SQLite takes for no file's name.
        guard !path.hasPrefix(":"), !path.hasPrefix("file:"), !path.isEmpty else { return }
        // One that is there is not opened: to close it would let go of the locks that this process has on it.
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether there is a log beside it with something in it that the file may not have yet.
    var hasLog: Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
        return (attributes?[.size] as? Int ?? 0) > 0
    }

    /// What can be done about it that SQLite could not open or write the file; nil where that has other reasons.
    func remedy(for code: ResultCode) -> String? {
        switch code {
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: break
        default: return nil
        }
        guard FileManager.default.fileExists(atPath: folder) else {
            return "There is no folder \(folder): make it, or name another file under 'store'."
        }
        let manager = FileManager.default
        if manager.fileExists(atPath: path), access(path, R_OK) != 0 {
            return "This user may not read it: run this as the user that the gateway runs as, or chmod u+r."
        }
        guard isWritable else {
            return
                "This user may not write it and in its folder \(folder), where SQLite keeps its log: run this as the user that the gateway runs as, or chown both to this one."
        }
        return nil
    }
}
