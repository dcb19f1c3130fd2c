import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The program's own code as the kernel has it mapped, a page at a time as it is run.
enum ProgramPages {
    /// Gives back what starting has needed: most of that code never runs again. A page that does is mapped again from the
    /// kernel's cache of the file, which takes a microsecond.
    ///
    /// Where there is no `/proc`, or no such advice is taken, everything stays as it is.
    static func release() {
        #if canImport(Glibc)
            guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
                let maps = try? FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps")).readToEnd()
            else { return }
            for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
                if let code = code(of: program, in: line) {
                    _ = madvise(UnsafeMutableRawPointer(bitPattern: code.lowerBound), code.count, MADV_DONTNEED)
                }
            }
        #endif
    }

    /// Reads `55d0c0a00000-55d0c2800000 r-xp 00660000 fe:00 131 /usr/bin/tuppence`. What may be written to is never given
    /// back: it exists nowhere else.
    ///
    /// Source: https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html (of man-pages 6.8, read 2026-11).
    private static func code(of program: String, in line: Substring) -> Range<UInt>? {
        guard line.hasSuffix(" " + program) else { return nil }
        let fields = line.split(separator: " ", maxSplits: 2)
        guard fields.count == 3, fields[1] == "r-xp" else { return nil }
        let addresses = fields[0].split(separator: "-").map { UInt($0, radix: 16) }
        guard addresses.count == 2, let start = addresses[0], let end = addresses[1], start < end else { return nil }
        return start..<end
    }
}
