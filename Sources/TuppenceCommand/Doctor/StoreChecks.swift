import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the store has that the configuration is completed with.
struct StoreContents {
    var budgets = StoredBudgets()
    var keys: [StoredKey] = []
}

/// Whether the ledger can be written where it is to lie, and is safe there.
enum StoreChecks {
    private static let check = "store"
    /// Below it the ledger is near its end, and below that at it.
    private static let littleRoom: UInt64 = 1 << 30
    private static let noRoom: UInt64 = 64 << 20

    /// What is found, and what the store has; nil where that can't be read.
    typealias Found = (diagnoses: [Diagnosis], contents: StoreContents?)

    static func look(at store: StoreSettings, _ now: Timestamp) -> Found {
        switch store {
        case .sqlite(let path):
            let outside = surroundings(path)
            guard outside.isEmpty else { return (outside, nil) }
            guard FileManager.default.fileExists(atPath: path) else {
                return ([.ok(check, "\(path) can be written.")], StoreContents())
            }
            let (diagnoses, contents) = opened(store, path, now)
            return (openness(path) + diagnoses, contents)
        case .postgres(let url):
            let outside = conditions(store, "\(url)")
            guard outside.isEmpty else { return (outside, nil) }
            return opened(store, "\(url)", now)
        }
    }

    /// What is wrong with the server, or with the way to it.
    private static func conditions(_ store: StoreSettings, _ name: String) -> [Diagnosis] {
        do {
            return try store.conditions().map { condition in
                let text = "\(name): \(condition.text)"
                return condition.isError
                    ? .error(check, text, condition.remedy) : .warning(check, text, condition.remedy)
            }
        } catch {
            return [
                .error(
                    check, "\(name) can't be reached: \(error)",
                    "See that the server runs and lets this user in; a password may come from PGPASSWORD or ~/.pgpass.")
            ]
        }
    }

    /// What is wrong around the file.
    private static func surroundings(_ path: String) -> [Diagnosis] {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            return [
                .error(
                    check, "There is no folder \(folder) for the store.", "Make it, or name another file under 'store'."
                )
            ]
        }
        var found: [Diagnosis] = []
        // SQLite puts its log beside the file, so that both have to be writable.
        for place in [folder] + [path, path + "-wal", path + "-shm"].filter(FileManager.default.fileExists)
        where access(place, W_OK) != 0 {
            found.append(
                .error(
                    check, "\(place) can't be written by this user.",
                    "Give it to the user that the gateway runs as: chown, or chmod u+w."))
        }
        if let name = networkFileSystem(folder) {
            found.append(
                .error(
                    check,
                    "\(folder) lies on \(name). SQLite's locks can't be relied on there, so that a ledger can be damaged.",
                    "Put the store on a disk of this machine."))
        }
        if let room = room(folder), room < littleRoom {
            let text = "\(room >> 20) MiB are left on the disk of \(folder)."
            let remedy = "Make room: without it nothing is booked, and requests are refused."
            found.append(room < noRoom ? .error(check, text, remedy) : .warning(check, text, remedy))
        }
        return found
    }

    /// Whether others than its owner and its group can read the file, and come to it.
    private static func openness(_ path: String) -> [Diagnosis] {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var file = stat()
        var around = stat()
        guard stat(path, &file) == 0, stat(folder, &around) == 0, file.st_mode & 0o004 != 0, around.st_mode & 0o001 != 0
        else { return [] }
        return [
            .warning(
                check, "\(path) can be read by every user of this machine: it says who has spent what.",
                "Keep it to its owner, as a new one is: chmod go= \(path) \(path)-wal \(path)-shm.")
        ]
    }

    private static func opened(_ settings: StoreSettings, _ name: String, _ now: Timestamp) -> Found {
        do {
            let store: any Store
            switch try settings.look() {
            case .upToDate(let found): store = found
            case .empty: return ([.ok(check, "\(name) can be reached; it is empty.")], StoreContents())
            case .ahead(let text):
                return ([.error(check, "\(name) can't be opened: \(text)", "See 'tuppence --version' of both.")], nil)
            case .behind:
                return (
                    [
                        .warning(
                            check, "\(name) is of an older version, so that it can't be read as it is.",
                            "Copy it if you may want to go back: the next start brings it up to date.")
                    ], nil
                )
            }
            guard try !store.isArchive() else {
                let remedy = "Name the ledger itself under 'store'; 'tuppence ledger --store' reads an archive."
                return ([.error(check, "\(name) is an archive of a ledger, which is only read.", remedy)], nil)
            }
            let last = try store.stretch(limit: 1).lines.first
            let text = last.map { "; its last entry is of \($0.entry.at.iso8601)." } ?? "; it is empty."
            return (
                [.ok(check, "\(name) opens" + text)],
                StoreContents(budgets: try store.budgets(), keys: try store.keys(at: now))
            )
        } catch {
            return (
                [
                    .error(
                        check, "\(name) can't be read: \(error)",
                        "See 'When the store cannot be written' in docs/operating/ledger.md; 'tuppence ledger verify' looks closer."
                    )
                ], nil
            )
        }
    }

    private static func room(_ folder: String) -> UInt64? {
        var figures = statvfs()
        guard statvfs(folder, &figures) == 0 else { return nil }
        return UInt64(figures.f_bavail) * UInt64(figures.f_frsize)
    }

    /// What those file systems are called that lie on another machine.
    private static let networked: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "coda", "glusterfs", "lustre", "fuse.sshfs",
        "fuse.glusterfs", "fuse.s3fs", "fuse.rclone",
    ]

    /// Source: https://man7.org/linux/man-pages/man5/proc_pid_mounts.5.html (read 2026-11-27).
    private static func networkFileSystem(_ folder: String) -> String? {
        guard let text = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8) else { return nil }
        let place = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        let mounts = text.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 2 }
        let own = mounts.filter { fields in
            // A space in a path is written so.
            let point = fields[1].replacing("\\040", with: " ")
            return place == point || place.hasPrefix(point.hasSuffix("/") ? point : point + "/")
        }
        // Of those that lie over one another the last one counts.
        guard
            let type = own.enumerated().max(by: { ($0.element[1].count, $0.offset) < ($1.element[1].count, $1.offset) })
        else { return nil }
        return networked.contains(String(type.element[2])) ? String(type.element[2]) : nil
    }
}
