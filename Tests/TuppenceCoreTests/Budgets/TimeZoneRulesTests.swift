import Testing

@testable import TuppenceCore

@Suite("TZif files")
struct TimeZoneRulesTests {
    private func rules(_ file: TZif) throws -> TimeZoneRules { try TimeZoneRules(name: "Test/Zone", tzif: file.bytes) }

    @Test("each transition brings its offset, in all versions", arguments: [0, 0x32, 0x33, 0x34, 0x35] as [UInt8])
    func transitions(version: UInt8) throws {
        let zone = try rules(
            TZif(version: version, transitions: [(-100, 1), (0, 0), (50, 2)], offsets: [-3_600, 7_200, 19_800]))
        let offsets = [-101, -100, -1, 0, 49, 50, 4_000_000_000].map { zone.offset(at: at($0)) }
        #expect(offsets == [-3_600, 7_200, 7_200, -3_600, -3_600, 19_800, 19_800])
        #expect(zone.offset(at: Timestamp(milliseconds: -100_001)) == -3_600)
    }

    @Test("a change of nothing but designation or isdst is no transition") func sameOffset() throws {
        let zone = try rules(
            TZif(transitions: [(0, 1), (10, 2), (20, 1)], offsets: [3_600, 3_600, 3_600], footer: "CET-1"))
        #expect(zone.transitions.isEmpty)
        #expect(zone.offset(at: at(15)) == 3_600)
    }

    @Test("64-bit times reach beyond 1901") func wide() throws {
        let zone = try rules(TZif(transitions: [(-2_717_640_000, 1)], offsets: [-17_762, -18_000], footer: "EST5"))
        #expect(zone.offset(at: at(-2_717_640_001)) == -17_762)
        #expect(zone.offset(at: at(-2_717_640_000)) == -18_000)
    }

    @Test(
        "a footer says what follows the last transition, for ever",
        arguments: [
            // The Gregorian calendar repeats itself every 400 years.
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00Z", 3_600, 7_200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00Z", 7_200, 3_600),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2100-03-28T01:00Z", 3_600, 7_200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2426-03-29T01:00Z", 3_600, 7_200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "10026-10-25T01:00Z", 7_200, 3_600),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00Z", -18_000, -14_400),
            ("EST5EDT4,M3.2.0/02:00:00,M11.1.0/+2", "2026-11-01T06:00Z", -14_400, -18_000),
            // Negative daylight saving, and times before and long after the day itself.
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-10-25T01:00Z", 3_600, 0),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00Z", -7_200, -3_600),
            ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-28T00:00Z", 7_200, 10_800),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-04-04T15:00Z", 39_600, 37_800),
            // The southern summer is in force at New Year.
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04T16:00Z", 39_600, 36_000),
            // Day 60 by J is March 1st in every year, day 59 without it is February 29th in leap years.
            ("XXX0YYY,J60/0,J300", "2024-03-01T00:00Z", 0, 3_600),
            ("XXX0YYY,J60/0,J300", "2026-03-01T00:00Z", 0, 3_600),
            ("XXX0YYY,59/0,300", "2024-02-29T00:00Z", 0, 3_600), ("XXX0YYY,59/0,300", "2026-03-01T00:00Z", 0, 3_600),
            ("XXX0YYY,J59/0,J300", "2024-02-28T00:00Z", 0, 3_600),
        ] as [(String, String, Int64, Int64)])
    func footers(footer: String, change: String, before: Int64, after: Int64) throws {
        for file in [TZif(footer: footer), TZif(transitions: [(0, 1)], offsets: [0, 60], footer: footer)] {
            let zone = try rules(file)
            #expect(zone.offset(at: at(seconds(change) - 1)) == before)
            #expect(zone.offset(at: at(seconds(change))) == after)
        }
    }

    @Test("daylight saving all year is one offset", arguments: ["EST5EDT,0/0,J365/25", "XXX3EDT4,0/0,J365/23"])
    func allYear(footer: String) throws {
        let zone = try rules(TZif(transitions: [(0, 0)], offsets: [-14_400], footer: footer))
        for year in [1970, 2026, 2027, 2425, 3000] {
            for moment in ["01-01T02:59Z", "01-01T03:00Z", "01-01T05:00Z", "07-01T00:00Z", "12-31T23:59Z"] {
                #expect(zone.offset(at: at(seconds("\(year)-\(moment)"))) == -14_400)
            }
        }
    }

    @Test("a footer has its say from its first transition on") func beforeFooter() throws {
        let change = seconds("2022-10-30T08:00Z")
        let zone = try rules(
            TZif(transitions: [(change, 1)], offsets: [-25_200, -21_600], footer: "CST6CDT,M3.2.0,M11.1.0"))
        let times = ["2022-10-30T08:00Z", "2022-11-05T00:00Z", "2022-11-07T00:00Z", "2023-03-12T08:00Z"]
        #expect(times.map { zone.offset(at: at(seconds($0))) } == [-21_600, -21_600, -21_600, -18_000])
    }

    @Test("without a footer the last offset stays") func noFooter() throws {
        let zone = try rules(TZif(transitions: [(0, 1)], offsets: [0, 3_600]))
        #expect(zone.offset(at: at(100_000_000_000)) == 3_600)
    }

    @Test(
        "a footer that is no TZ string is refused",
        arguments: [
            "C", "CE-1", "CET", "CET25", "CET-1:60", "<+01-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,",
            "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
            "CET-1CEST,M3.5.7,M10.5.0",
            "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,J366,J1", "CET-1CEST,366,1", "CET-1 ",
            "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-99999999999999999999", ":Europe/Berlin",
        ])
    func badFooters(footer: String) {
        #expect(throws: TZifError(reason: "its footer is no TZ string")) { try rules(TZif(footer: footer)) }
    }

    @Test("what is wrong with a file is said")
    func reasons() {
        func reason(_ bytes: [UInt8]) -> String? {
            do throws(TZifError) {
                _ = try TimeZoneRules(name: "Test/Zone", tzif: bytes)
                return nil
            } catch { return error.reason }
        }
        #expect(reason([]) == "it is no TZif file")
        #expect(reason(Array("# tzdata.zi, version 2025b".utf8)) == "it is no TZif file")
        #expect(reason(Array("TZif2".utf8)) == "it ends too early")
        #expect(reason(Array(TZif().bytes.dropLast())) == "it ends without a footer")
        #expect(reason(TZif(version: 0x31).bytes) == "its version is not known")
        #expect(reason(TZif(leapSeconds: 27).bytes) == "it counts leap seconds, which no clock here does")
        #expect(reason(TZif(offsets: []).bytes) == "it has no local time types")
        #expect(reason(TZif(offsets: [93_600]).bytes) == "it has an offset of more than a day")
        #expect(reason(TZif(offsets: [.min]).bytes) == "it has an offset of more than a day")
        #expect(
            reason(TZif(transitions: [(0, 1)]).bytes) == "a transition has a local time type that is not there")
        for instants in [[0, 0], [1, 0], [.min], [.max]] as [[Int64]] {
            #expect(
                reason(TZif(transitions: instants.map { ($0, 0) }).bytes)
                    == "its transitions are out of order or out of range")
        }
        // Counts that promise more than any file could hold.
        for place in 20..<44 where place % 4 == 0 {
            var bytes = TZif(version: 0, transitions: [(0, 0)]).bytes
            bytes.replaceSubrange(place..<place + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
            #expect(reason(bytes) == "it ends too early")
        }
    }

    @Test("however damaged, a file is read or refused, and what is read has windows", arguments: UInt64(1)...8)
    func damage(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let sample = TZif(
            transitions: (0..<20).map { (Int64($0) * 15_768_000, UInt8($0 % 3)) }, offsets: [0, 3_600, 37_800],
            footer: "CET-1CEST,M3.5.0,M10.5.0/3"
        ).bytes
        let files =
            [sample, TZif(version: 0, transitions: [(0, 1), (9, 0)], offsets: [0, -9]).bytes]
            + ["Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe"].compactMap(SystemZones.bytes)
        var (good, bad) = (0, 0)
        func attempt(_ bytes: [UInt8]) {
            guard let zone = try? TimeZoneRules(name: "Test/Zone", tzif: bytes) else { return bad += 1 }
            good += 1
            let times = [-9_000_000_000_000, 0, seconds("2026-10-25T01:00Z"), 9_000_000_000_000]
            for time in times + (zone.transitions.randomElement(using: &random).map { [$0.instant] } ?? []) {
                for period in BudgetPeriod.allCases where abs(time) < 9_100_000_000_000 {
                    let window = BudgetWindow(period, containing: at(time), in: zone)
                    guard let end = window.end else { continue }
                    if window.start > at(time) || end <= at(time) { Issue.record("\(bytes) at \(time)") }
                }
            }
        }
        for file in files {
            for _ in 0..<100 { attempt(Array(file.prefix(Int.random(in: 0..<file.count, using: &random)))) }
            for _ in 0..<300 {
                var bytes = file
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    // The second half has the data that count.
                    let place = Int.random(
                        in: (Bool.random(using: &random) ? 0 : file.count / 2)..<file.count, using: &random)
                    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
                attempt(bytes)
            }
        }
        #expect(good > 100)
        #expect(bad > 100)
    }
}
