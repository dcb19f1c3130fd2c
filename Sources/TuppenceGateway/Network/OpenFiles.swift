#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many files the process may have open, connections among them.
package enum OpenFiles {
    static var limit: Int {
        var limit = rlimit()
        return get(&limit) ? Int(clamping: limit.rlim_cur) : 1_024
    }

    /// How far the process can raise that by itself.
    package static var most: Int {
        var limit = rlimit()
        return get(&limit) ? Int(clamping: limit.rlim_max) : 1_024
    }

    /// Raises the limit as far as the system lets a process do so by itself.
    static func raiseLimit() {
        var limit = rlimit()
        guard get(&limit), limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = set(&limit)
    }

    /// How many connections of callers `files` are enough for, where each may need one to a provider.
    package static func connections(for files: Int) -> Int { max(100, (files - reserved) / 2) }

    /// For all else: the ledger, the cache, listeners, files of the event loops, connections kept to providers.
    private static let reserved = 300

    #if canImport(Glibc)
        private static func get(_ limit: inout rlimit) -> Bool {
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        }
        private static func set(_ limit: inout rlimit) -> Bool {
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        }
    #else
        private static func get(_ limit: inout rlimit) -> Bool { getrlimit(RLIMIT_NOFILE, &limit) == 0 }
        private static func set(_ limit: inout rlimit) -> Bool { setrlimit(RLIMIT_NOFILE, &limit) == 0 }
    #endif
}
