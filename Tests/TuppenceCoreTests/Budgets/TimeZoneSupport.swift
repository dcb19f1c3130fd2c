import Foundation

@testable import TuppenceCore

/// The time zones of the machine that tests run on.
enum SystemZones {
    static let directory =
        ([ProcessInfo.processInfo.environment["TZDIR"]].compactMap(\.self) + [
            "/usr/share/zoneinfo", "/usr/lib/zoneinfo",
        ])
        .first { FileManager.default.fileExists(atPath: "\($0)/Europe/Berlin") }
    static var arePresent: Bool { directory != nil }

    static func bytes(of name: String) -> [UInt8]? {
        directory.flatMap { FileManager.default.contents(atPath: "\($0)/\(name)") }.map { [UInt8]($0) }
    }

    /// Every zone; `right`, which counts leap seconds, and `posix` are copies that begin with a small letter.
    static let names: [String] = {
        let path = URL(fileURLWithPath: directory ?? "/").resolvingSymlinksInPath().path
        let found = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return found.filter { name in
            name.first?.isUppercase == true && bytes(of: name)?.starts(with: "TZif".utf8) == true
        }.sorted()
    }()

    /// Their rules, once for each of the files that several names share.
    static let rules: [TimeZoneRules] = {
        var seen: Set<[UInt8]> = []
        return names.compactMap { name in
            guard let bytes = bytes(of: name), seen.insert(bytes).inserted else { return nil }
            return try? TimeZoneRules(name: name, tzif: bytes)
        }
    }()
}

/// The bytes of a TZif file.
struct TZif {
    var version: UInt8 = UInt8(ascii: "2")
    var transitions: [(instant: Int64, type: UInt8)] = []
    var offsets: [Int32] = [0]
    var leapSeconds = 0
    var footer = ""

    var bytes: [UInt8] {
        guard version != 0 else { return header + data(timeSize: 4) }
        let empty = TZif(version: version)
        return empty.header + empty.data(timeSize: 4) + header + data(timeSize: 8) + Array("\n\(footer)\n".utf8)
    }

    private var header: [UInt8] {
        let counts = [0, 0, leapSeconds, transitions.count, offsets.count, 4]
        return Array("TZif".utf8) + [version] + Array(repeating: 0, count: 15)
            + counts.flatMap { Self.bigEndian(Int64($0), 4) }
    }

    private func data(timeSize: Int) -> [UInt8] {
        transitions.flatMap { Self.bigEndian($0.instant, timeSize) } + transitions.map(\.type)
            + offsets.flatMap { Self.bigEndian(Int64($0), 4) + [0, 0] } + Array("LMT\0".utf8)
            + Array(repeating: 0, count: leapSeconds * (timeSize + 4))
    }

    private static func bigEndian(_ number: Int64, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * (size - 1 - $0))) }
    }
}

/// Seconds from 1970 to `2026-03-29T01:00Z`, or to a time with seconds.
func seconds(_ text: String) -> Int64 {
    let numbers = text.dropLast().split { "-T:".contains($0) }.compactMap { Int64($0) }
    let date = CivilDate(year: Int(numbers[0]), month: Int(numbers[1]), day: Int(numbers[2]))
    return date.daysSince1970 * 86_400 + numbers[3] * 3_600 + numbers[4] * 60 + (numbers.count > 5 ? numbers[5] : 0)
}
