import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the operating system says of this process, by the names that Prometheus' own clients use; nil where it says nothing.
///
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (read 2026-11-27).
struct ProcessFigures {
    var processorNanoseconds: Int64
    var residentBytes: Int64
    var virtualBytes: Int64
    var startedAtNanoseconds: Int64
    var openFiles: Int64
    var mostFiles: UInt64

    init?() {
        guard let stat = Self.read("/proc/self/stat"), let boot = Self.bootTime,
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"),
            // The name may have spaces and brackets in it: what counts begins behind the last one.
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[end...].split(separator: " ").dropFirst().map { Int64($0) ?? 0 }
        guard fields.count > 21 else { return nil }
        let tick = 1_000_000_000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        processorNanoseconds = (fields[11] + fields[12]) * tick
        startedAtNanoseconds = boot * 1_000_000_000 + fields[19] * tick
        virtualBytes = fields[20]
        residentBytes = fields[21] * Int64(sysconf(Int32(_SC_PAGESIZE)))
        // One of them is the folder that is being read.
        openFiles = Int64(max(0, files.count - 1))
        var limit = rlimit()
        #if canImport(Glibc)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
            getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        mostFiles = UInt64(limit.rlim_cur)
    }

    /// In seconds since 1970.
    private static let bootTime: Int64? = read("/proc/stat").flatMap { text in
        text.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Int64($0.dropFirst(6)) }
    }

    private static func read(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}

extension Exposition {
    mutating func add(_ process: ProcessFigures) {
        single(
            "process_cpu_seconds_total", .counter, "Processor time of this process, user and system.",
            .billionths(process.processorNanoseconds))
        single(
            "process_resident_memory_bytes", .gauge, "Memory that this process has in use.",
            .whole(process.residentBytes))
        single(
            "process_virtual_memory_bytes", .gauge, "Addresses that this process has taken.",
            .whole(process.virtualBytes))
        single("process_open_fds", .gauge, "Open files and connections.", .whole(process.openFiles))
        single("process_max_fds", .gauge, "How many may be open.", .count(process.mostFiles))
        single(
            "process_start_time_seconds", .gauge, "When this process began, since 1970.",
            .billionths(process.startedAtNanoseconds))
    }
}
