import Foundation
import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("A budget's time zone")
struct TimeZoneTests {
    /// A time zone database of a few zones, gone when the test has ended.
    private final class Database {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tuppence-zones-\(UUID())").path

        init() throws {
            try write("Europe/Berlin", Self.tzif("CET-1CEST,M3.5.0,M10.5.0/3"))
            try write("America/New_York", Self.tzif("EST5EDT,M3.2.0,M11.1.0"))
            try write("America/Argentina/San_Luis", Self.tzif("<-03>3"))
            // Which comes before 'UTC' where names are sorted.
            try write("Etc/UTC", Self.tzif("UTC0"))
            try write("Etc/GMT+2", Self.tzif("<-02>2"))
            try write("Broken/Footer", Self.tzif("Berlin"))
            try write("Broken/Text", Array("no zone".utf8))
            try write("tzdata.zi", Array("# version 2025b".utf8))
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        private func write(_ name: String, _ bytes: [UInt8]) throws {
            let file = URL(fileURLWithPath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }

        /// A TZif file of version 2 with one local time type, no transitions and this footer.
        private static func tzif(_ footer: String) -> [UInt8] {
            let header =
                Array("TZif2".utf8) + Array(repeating: 0, count: 15 + 4 * 4) + [0, 0, 0, 1, 0, 0, 0, 4]
            let data = Array(repeating: 0 as UInt8, count: 6) + Array("UTC\0".utf8)
            return header + data + header + data + Array("\n\(footer)\n".utf8)
        }
    }

    private static func budget(_ zone: String) -> String {
        "budgets: [{ name: b, scope: { user: each }, limit: 1, per: day, timezone: \(zone) }]"
    }

    private func rule(_ zone: String, in directories: [String]) throws -> BudgetRule? {
        let zones = TimeZoneDatabase(directories: directories)
        return try Configuration.parse(Self.budget(zone), file: "tuppence.yaml", environment: [:], zones: zones)
            .policy.budgets.first
    }

    private func problems(_ zone: String, in directories: [String]) -> [String] {
        do {
            _ = try rule(zone, in: directories)
            return []
        } catch let error as ConfigurationError {
            return error.problems.map(\.description)
        } catch { return ["\(error)"] }
    }

    @Test(
        "it is read from the database",
        arguments: [
            ("Europe/Berlin", 3_600), ("America/New_York", -18_000), ("America/Argentina/San_Luis", -10_800),
            ("Etc/GMT+2", -7_200),
        ] as [(String, Int64)])
    func reading(name: String, offset: Int64) throws {
        let database = try Database()
        let zone = try #require(try rule(name, in: ["/nonexistent", database.path])?.zone)
        #expect(zone.name == name)
        #expect(zone.offset(at: Timestamp(seconds: 1_795_466_700)) == offset)
    }

    @Test("UTC needs no database, and is what holds without any", arguments: ["UTC", "'UTC'", "", "~"])
    func utc(zone: String) throws {
        let rule = try #require(try rule(zone, in: []))
        #expect(rule.zone == nil)
    }

    @Test("TZDIR goes before the system's directories")
    func directories() throws {
        let database = try Database()
        let configuration = try read(Self.budget("Europe/Berlin"), ["TZDIR": database.path])
        #expect(configuration.policy.budgets.first?.zone?.name == "Europe/Berlin")
        #expect(
            TimeZoneDatabase(environment: ["TZDIR": "/zones"]).directories == [
                "/zones", "/usr/share/zoneinfo", "/usr/lib/zoneinfo",
            ])
        #expect(TimeZoneDatabase(environment: ["TZDIR": ""]).directories.first == "/usr/share/zoneinfo")
    }

    @Test(
        "a zone that is not there is refused, with the one that was meant",
        arguments: [
            ("Europe/Berlim", "Did you mean 'Europe/Berlin'?"), ("europe/berlin", "Did you mean 'Europe/Berlin'?"),
            ("Berlin", "Did you mean 'Europe/Berlin'?"), ("new york", "Did you mean 'America/New_York'?"),
            ("utc", "Did you mean 'UTC'?"), ("America/Argentina", "Did you mean 'America/Argentina/San_Luis'?"),
            ("Mars/Base", "Write one of the tz database such as Europe/Berlin, or 'UTC'."),
            // None of these may become a path.
            ("../Europe/Berlin", "Write one of the tz database such as Europe/Berlin, or 'UTC'."),
            ("Europe/../Europe/Berlin", "Write one of the tz database such as Europe/Berlin, or 'UTC'."),
            ("/etc/localtime", "Write one of the tz database such as Europe/Berlin, or 'UTC'."),
            ("tzdata.zi", "Write one of the tz database such as Europe/Berlin, or 'UTC'."),
        ])
    func unknown(zone: String, remedy: String) throws {
        let database = try Database()
        #expect(
            problems(zone, in: [database.path]) == ["tuppence.yaml:1:75: there is no time zone '\(zone)'. \(remedy)"])
    }

    @Test(
        "a name has parts of letters, digits, _, + and -",
        arguments: [
            ("Europe/Berlin", true), ("GMT", true), ("Etc/GMT-14", true), ("America/Port-au-Prince", true),
            ("", false), ("/", false), ("/Europe/Berlin", false), ("Europe//Berlin", false), ("Europe/", false),
            ("Europe/..", false), (".", false), ("Europe/Ber lin", false), ("Europe/Zürich", false),
            ("Europe/Berlin\0", false), ("Europe\\Berlin", false), ("Europe/Berlin\n", false),
        ])
    func names(name: String, isName: Bool) { #expect(TimeZoneDatabase.isName(name) == isName) }

    @Test("a file that is damaged is refused with the reason")
    func damaged() throws {
        let database = try Database()
        #expect(
            problems("Broken/Text", in: [database.path]) == [
                "tuppence.yaml:1:75: time zone 'Broken/Text' cannot be read: it is no TZif file. "
                    + "Install tzdata anew, or name another zone."
            ])
        #expect(
            problems("Broken/Footer", in: [database.path]) == [
                "tuppence.yaml:1:75: time zone 'Broken/Footer' cannot be read: its footer is no TZ string. "
                    + "Install tzdata anew, or name another zone."
            ])
    }

    @Test("without a database there is a sentence that says what to install")
    func missing() {
        #expect(
            problems("Europe/Berlin", in: ["/nonexistent"]) == [
                "tuppence.yaml:1:75: time zone 'Europe/Berlin' is not known, for there is no time zone database. "
                    + "Install tzdata, set TZDIR to where it is, or write 'UTC'."
            ])
    }

    @Test("a list is no time zone")
    func shape() {
        #expect(
            problems("[UTC]", in: []) == [
                "tuppence.yaml:1:75: expected a time zone such as Europe/Berlin, but found a list."
            ])
    }
}
