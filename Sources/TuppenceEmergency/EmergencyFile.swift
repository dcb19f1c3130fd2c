import TuppenceCore
import TuppenceJournal

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An emergency journal in one file: records behind one another, each written and synced before anybody is told of what is
/// in it.
///
/// One process has it at a time, until it is released or its process ends. Belongs to one thread at a time.
public final class EmergencyFile: EmergencyJournal, @unchecked Sendable {
    public let isLeftover: Bool
    private let path: String
    private let descriptor: Int32
    /// Behind the last record that was synced: what lies beyond it is what a write that failed has left.
    private var end = 0
    private var lastNumber: UInt64 = 0
    private var isDamaged = false
    /// Whether something may lie beyond the end that nobody was told of.
    private var hasRemains = false

    /// Opens or creates the file, readable by its owner only, and reads it once, so that what cannot be read is told now.
    public convenience init(path: String) throws(StoreError) {
        guard let descriptor = try EmergencyFile.lockedDescriptor(of: path) else {
            throw StoreError(
                "\(path): another gateway has this emergency journal. Each needs one of its own: store.emergency_journal."
            )
        }
        try self.init(path: path, descriptor: descriptor, isLeftover: false)
    }

    /// The same, for who wants what is left in it, and can do without it.
    ///
    /// - Returns: nil where another process has it.
    public static func openUnlessTaken(path: String) throws(StoreError) -> EmergencyFile? {
        guard let descriptor = try lockedDescriptor(of: path) else { return nil }
        return try EmergencyFile(path: path, descriptor: descriptor, isLeftover: true)
    }

    /// The descriptor is closed with the file, also where that cannot be read.
    private init(path: String, descriptor: Int32, isLeftover: Bool) throws(StoreError) {
        self.isLeftover = isLeftover
        self.path = path
        self.descriptor = descriptor
        _ = try read()
    }

    /// - Returns: nil where another process has the lock.
    private static func lockedDescriptor(of path: String) throws(StoreError) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError("\(path): the emergency journal cannot be opened: \(reason)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let error = StoreError("\(path): the emergency journal cannot be locked: \(reason)")
            close(descriptor)
            if isTaken { return nil }
            throw error
        }
        do throws(StoreError) { try syncFolder(of: path) } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    deinit { close(descriptor) }

    /// How many bytes wait in the file at `path`; 0 where there is none. For who only looks, whoever has it.
    public static func waitingBytes(at path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Whether both, or the folders that they will be made in, lie on one file system.
    public static func sharesDisk(_ path: String, with other: String) -> Bool {
        func device(_ path: String) -> UInt64? {
            var status = stat()
            if stat(path, &status) == 0 || stat(folder(of: path), &status) == 0 { return UInt64(status.st_dev) }
            return nil
        }
        return device(path).map { $0 == device(other) } ?? false
    }

    // MARK: EmergencyJournal

    public func read() throws(StoreError) -> EmergencyRecords {
        let file = try bytes()
        let found = EmergencyRecord.all(in: file)
        end = found.end
        lastNumber = found.lastNumber
        isDamaged = found.damage != nil
        hasRemains = file.count > found.end
        var operations: [LedgerOperation] = []
        for page in found.pages { operations += try OperationPage.operations(in: page) }
        return EmergencyRecords(
            operations, damage: found.damage.map { "\(path): \($0). The file will be kept as \(Self.aside(path))." })
    }

    public func append(_ operations: [LedgerOperation]) throws(StoreError) {
        let record = EmergencyRecord.bytes(
            of: try OperationPage.bytes(of: operations), number: lastNumber + 1)
        // A hold that was refused must not be found beside those that were granted in its place.
        if hasRemains {
            if isDamaged { try setAside() }
            try removeRemains()
        }
        hasRemains = true
        do throws(StoreError) {
            try write(record, at: end)
            try sync()
        } catch {
            // Where that fails too, it is tried again before the next record.
            try? removeRemains()
            throw error
        }
        hasRemains = false
        end += record.count
        lastNumber += 1
    }

    private func removeRemains() throws(StoreError) {
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw failure("cannot be cut") }
        try sync()
        hasRemains = false
    }

    public func clear() throws(StoreError) {
        if isDamaged { try setAside() }
        guard ftruncate(descriptor, 0) == 0 else { throw failure("cannot be emptied") }
        try sync()
        end = 0
        lastNumber = 0
        hasRemains = false
    }

    /// The file stays open, so that nothing else is written should it be asked again after all.
    public func release() { flock(descriptor, LOCK_UN) }

    // MARK: The file

    private func bytes() throws(StoreError) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { bytes in
                pread(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot be read") }
            done += count
        }
        return bytes
    }

    private func write(_ record: [UInt8], at place: Int) throws(StoreError) {
        var done = 0
        while done < record.count {
            let count = record.withUnsafeBytes { record in
                pwrite(descriptor, record.baseAddress! + done, record.count - done, off_t(place + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot be written") }
            done += count
        }
    }

    private func sync() throws(StoreError) {
        #if canImport(Darwin)
            // fsync there reaches the drive, not the disk.
            let code = fcntl(descriptor, F_FULLFSYNC)
        #else
            let code = fdatasync(descriptor)
        #endif
        guard code == 0 else { throw failure("cannot be synced") }
    }

    /// A file whose name is not on the disk is not there after a power cut.
    private static func syncFolder(of path: String) throws(StoreError) {
        let folder = folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError("\(folder): the folder cannot be opened: \(reason)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError("\(folder): the folder cannot be synced: \(reason)") }
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// Copies what there is to a file beside, which nobody reads but people.
    private func setAside() throws(StoreError) {
        let copy = open(Self.aside(path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard copy >= 0 else { throw failure("cannot be kept aside") }
        defer { close(copy) }
        let bytes = try bytes()
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                #if canImport(Darwin)
                    Darwin.write(copy, bytes.baseAddress! + done, bytes.count - done)
                #elseif canImport(Musl)
                    Musl.write(copy, bytes.baseAddress! + done, bytes.count - done)
                #else
                    Glibc.write(copy, bytes.baseAddress! + done, bytes.count - done)
                #endif
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot be kept aside") }
            done += count
        }
        guard fsync(copy) == 0 else { throw failure("cannot be kept aside") }
        try Self.syncFolder(of: path)
        isDamaged = false
    }

    private static func aside(_ path: String) -> String { path + ".damaged" }

    private func failure(_ what: String) -> StoreError {
        StoreError("\(path): the emergency journal \(what): \(Self.reason)")
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
