import Foundation
import Testing

@testable import TuppenceCore

@Suite("Budget windows in a time zone", .enabled(if: SystemZones.arePresent, "there is no time zone database here"))
struct TimeZoneWindowTests {
    @Test(
        "windows follow the local clock over every kind of change",
        arguments: [
            // A day of 23 hours, one of 24 and one of 25.
            ("Europe/Berlin", .day, "2026-03-29T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
            ("Europe/Berlin", .day, "2026-03-29T22:00Z", "2026-03-29T22:00Z", "2026-03-30T22:00Z"),
            ("Europe/Berlin", .day, "2026-10-25T12:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
            ("Europe/Berlin", .week, "2026-03-29T21:59:59Z", "2026-03-22T23:00Z", "2026-03-29T22:00Z"),
            ("Europe/Berlin", .month, "2026-03-15T00:00Z", "2026-02-28T23:00Z", "2026-03-31T22:00Z"),
            ("Europe/Berlin", .month, "2026-10-31T22:59:59Z", "2026-09-30T22:00Z", "2026-10-31T23:00Z"),
            ("Europe/Berlin", .hour, "2026-03-29T00:59:59Z", "2026-03-29T00:00Z", "2026-03-29T01:00Z"),
            ("Europe/Berlin", .hour, "2026-03-29T01:00Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z"),
            ("Europe/Berlin", .hour, "2026-10-25T01:30Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z"),
            ("Europe/Berlin", .minute, "2026-03-29T01:00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:01Z"),
            // After the last transition that a file may list, and after a whole cycle of the calendar.
            ("Europe/Berlin", .day, "2050-03-27T12:00Z", "2050-03-26T23:00Z", "2050-03-27T22:00Z"),
            ("Europe/Berlin", .day, "2450-03-27T12:00Z", "2450-03-26T23:00Z", "2450-03-27T22:00Z"),
            ("America/New_York", .day, "2026-03-08T12:00Z", "2026-03-08T05:00Z", "2026-03-09T04:00Z"),
            ("America/New_York", .day, "2026-11-01T12:00Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
            ("America/New_York", .week, "2026-11-02T04:59:59Z", "2026-10-26T04:00Z", "2026-11-02T05:00Z"),
            ("America/New_York", .month, "2026-11-30T12:00Z", "2026-11-01T04:00Z", "2026-12-01T05:00Z"),
            // Full hours that are not UTC's.
            ("Asia/Kolkata", .hour, "2026-01-01T00:00Z", "2025-12-31T23:30Z", "2026-01-01T00:30Z"),
            ("Asia/Kolkata", .day, "2026-01-01T18:29:59Z", "2025-12-31T18:30Z", "2026-01-01T18:30Z"),
            ("Asia/Kolkata", .month, "2026-01-01T18:30Z", "2025-12-31T18:30Z", "2026-01-31T18:30Z"),
            ("Asia/Kathmandu", .hour, "2026-01-01T00:00Z", "2025-12-31T23:15Z", "2026-01-01T00:15Z"),
            ("Asia/Kathmandu", .day, "2026-01-01T18:15Z", "2026-01-01T18:15Z", "2026-01-02T18:15Z"),
            // Half an hour of daylight saving: 02:00 becomes 01:30, and in October 02:30.
            ("Australia/Lord_Howe", .day, "2026-04-04T15:00Z", "2026-04-04T13:00Z", "2026-04-05T13:30Z"),
            ("Australia/Lord_Howe", .hour, "2026-04-04T14:59:59Z", "2026-04-04T14:00Z", "2026-04-04T15:00Z"),
            ("Australia/Lord_Howe", .hour, "2026-04-04T15:00Z", "2026-04-04T15:00Z", "2026-04-04T15:30Z"),
            ("Australia/Lord_Howe", .hour, "2026-04-04T15:30Z", "2026-04-04T15:30Z", "2026-04-04T16:30Z"),
            ("Australia/Lord_Howe", .hour, "2026-10-03T15:29:59Z", "2026-10-03T14:30Z", "2026-10-03T15:30Z"),
            ("Australia/Lord_Howe", .hour, "2026-10-03T15:30Z", "2026-10-03T15:30Z", "2026-10-03T16:00Z"),
            ("Australia/Lord_Howe", .day, "2026-10-03T15:30Z", "2026-10-03T13:30Z", "2026-10-04T13:00Z"),
            // There is no midnight: the day begins at 01:00. In February its last hour comes twice.
            ("America/Sao_Paulo", .day, "2018-11-04T02:59:59Z", "2018-11-03T03:00Z", "2018-11-04T03:00Z"),
            ("America/Sao_Paulo", .day, "2018-11-04T03:00Z", "2018-11-04T03:00Z", "2018-11-05T02:00Z"),
            ("America/Sao_Paulo", .day, "2018-02-18T02:30Z", "2018-02-17T02:00Z", "2018-02-18T03:00Z"),
            ("America/Sao_Paulo", .week, "2018-11-04T03:00Z", "2018-10-29T03:00Z", "2018-11-05T02:00Z"),
            ("Africa/Cairo", .day, "2023-04-27T22:00Z", "2023-04-27T22:00Z", "2023-04-28T21:00Z"),
            ("Africa/Cairo", .day, "2023-10-26T21:30Z", "2023-10-25T21:00Z", "2023-10-26T22:00Z"),
            ("Africa/Cairo", .day, "2040-04-26T22:00Z", "2040-04-26T22:00Z", "2040-04-27T21:00Z"),
            ("Asia/Beirut", .day, "2026-03-28T22:00Z", "2026-03-28T22:00Z", "2026-03-29T21:00Z"),
            // Midnight comes twice: on the same day, and an hour after the new day was a minute old.
            ("America/Havana", .day, "2026-11-01T05:00Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
            ("America/St_Johns", .day, "2006-10-29T02:29:59Z", "2006-10-28T02:30Z", "2006-10-29T02:30Z"),
            ("America/St_Johns", .day, "2006-10-29T03:00Z", "2006-10-29T02:30Z", "2006-10-30T03:30Z"),
            // 2011-12-30 was left out.
            ("Pacific/Apia", .day, "2011-12-30T09:59:59Z", "2011-12-29T10:00Z", "2011-12-30T10:00Z"),
            ("Pacific/Apia", .day, "2011-12-30T10:00Z", "2011-12-30T10:00Z", "2011-12-31T10:00Z"),
            ("Pacific/Apia", .week, "2011-12-30T10:00Z", "2011-12-26T10:00Z", "2012-01-01T10:00Z"),
            ("Pacific/Apia", .month, "2011-12-30T10:00Z", "2011-12-01T10:00Z", "2011-12-31T10:00Z"),
        ] as [(String, BudgetPeriod, String, String, String)])
    func known(name: String, period: BudgetPeriod, time: String, start: String, end: String) throws {
        let zone = try TimeZoneRules(name: name, tzif: #require(SystemZones.bytes(of: name)))
        let window = BudgetWindow(period, containing: at(seconds(time)), in: zone)
        #expect(window.start.iso8601 == at(seconds(start)).iso8601)
        #expect(window.end?.iso8601 == at(seconds(end)).iso8601)
        // The last millisecond, too.
        #expect(BudgetWindow(period, containing: Timestamp(milliseconds: seconds(end) * 1_000 - 1), in: zone) == window)
    }

    @Test("a total budget has one window in every zone") func total() throws {
        let zone = try #require(SystemZones.rules.first)
        #expect(BudgetWindow(.total, containing: at(7), in: zone) == BudgetWindow(.total, containing: at(7)))
    }

    @Test("in a zone without an offset windows are those of UTC", arguments: BudgetPeriod.allCases)
    func utc(period: BudgetPeriod) throws {
        let zone = try TimeZoneRules(name: "Test/UTC", tzif: TZif(footer: "UTC0").bytes)
        var random = RandomSource(seed: 11)
        for _ in 0..<300 {
            let time = Timestamp(milliseconds: Int64.random(in: -3_000_000_000_000...5_000_000_000_000, using: &random))
            #expect(BudgetWindow(period, containing: time, in: zone) == BudgetWindow(period, containing: time))
        }
    }

    @Test("a rule's account and reset are those of its zone") func claim() throws {
        let zone = try TimeZoneRules(name: "Test/Zone", tzif: TZif(footer: "CET-1").bytes)
        let rule = BudgetRule(name: "b", scope: [:], limit: nano(1), period: .day, zone: zone)
        let subject = BudgetSubject(key: "k", target: alpha)
        let claim = try #require(rule.claim(by: subject, at: at(seconds("2026-11-23T23:30Z"))))
        #expect(claim.account == BudgetAccount(name: "b", windowStart: at(seconds("2026-11-23T23:00Z"))))
        #expect(claim.resetsAt == at(seconds("2026-11-24T23:00Z")))
    }
}

@Suite("Every time zone", .enabled(if: SystemZones.arePresent, "there is no time zone database here"))
struct EveryTimeZoneTests {
    /// The transitions of 2000 to 2037, with instants around them, and a few others.
    private func times(_ zone: TimeZoneRules, _ random: inout RandomSource) -> [Int64] {
        let years = seconds("2000-01-01T00:00Z")..<seconds("2038-01-01T00:00Z")
        let changes = zone.transitions.map(\.instant).filter(years.contains)
        let around = [-86_401, -86_400, -3_601, -3_600, -1_800, -1, 0, 1, 1_799, 1_800, 3_599, 3_600, 86_399, 86_400]
        return changes.flatMap { change in around.map { change + Int64($0) } }
            + (0..<50).map { _ in Int64.random(in: years, using: &random) }
            + (0..<50).map { _ in Int64.random(in: -5_000_000_000...20_000_000_000, using: &random) }
    }

    @Test("every zone file of this machine is read without an error") func reading() throws {
        #expect(SystemZones.names.count > 300)
        for name in SystemZones.names {
            #expect(throws: Never.self) {
                try TimeZoneRules(name: name, tzif: #require(SystemZones.bytes(of: name)))
            }
        }
    }

    @Test("windows tile time, and none is longer than its clock says", arguments: BudgetPeriod.allCases.dropLast())
    func tiling(period: BudgetPeriod) throws {
        var random = RandomSource(seed: 3)
        // The longest: a date that came twice, as in Manila in 1844, and a month with a change of offset.
        let longest: [BudgetPeriod: Int64] = [
            .minute: 60, .hour: 3_600, .day: 48 * 3_600, .week: 8 * 86_400, .month: 32 * 86_400,
        ]
        for zone in SystemZones.rules {
            var wrong: [Int64] = []
            for time in times(zone, &random) {
                let window = BudgetWindow(period, containing: at(time), in: zone)
                let end = try #require(window.end)
                let last = BudgetWindow(period, containing: Timestamp(milliseconds: end.milliseconds - 1), in: zone)
                let first = BudgetWindow(period, containing: window.start, in: zone)
                let next = BudgetWindow(period, containing: end, in: zone)
                let before = BudgetWindow(
                    period, containing: Timestamp(milliseconds: window.start.milliseconds - 1), in: zone)
                let isRight =
                    window.start <= at(time) && at(time) < end && first == window && last == window
                    && next.start == end && before.end == window.start
                    && end.seconds - window.start.seconds <= longest[period] ?? 0
                if !isRight { wrong.append(time) }
            }
            #expect(wrong.isEmpty, "\(zone.name)")
        }
    }

    @Test(
        "days, weeks and months begin at a local midnight, or where clocks skip it",
        arguments: [.day, .week, .month] as [BudgetPeriod])
    func midnights(period: BudgetPeriod) {
        var random = RandomSource(seed: 4)
        for zone in SystemZones.rules {
            var wrong: [Int64] = []
            for time in times(zone, &random) {
                let start = BudgetWindow(period, containing: at(time), in: zone).start.seconds
                let local = start + zone.offset(at: at(start))
                let justBefore = start - 1 + zone.offset(at: at(start - 1))
                // A clock at midnight was at another date a second ago; one set forward has left midnight out.
                let isMidnight = local % 86_400 == 0
                let isAfterGap = justBefore + 1 < local && justBefore < local.floored(to: 86_400)
                if !isMidnight && !isAfterGap { wrong.append(time) }
            }
            #expect(wrong.isEmpty, "\(zone.name)")
        }
    }

    /// Foundation differs where a clock returns to the date before when the new one has begun, as in America/St_Johns
    /// until 2011 (at 00:01, to 23:01): it puts that hour into the old day again, which would begin a budget anew twice.
    /// Its zones may be of another edition than the files here; instants at which the two differ are left out.
    @Test("days and months are those of Foundation's calendar") func foundation() throws {
        var random = RandomSource(seed: 5)
        var (compared, leftOut) = (0, 0)
        for zone in SystemZones.rules {
            guard let timeZone = TimeZone(identifier: zone.name) else { continue }
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = timeZone
            var wrong: [Int64] = []
            let years = seconds("2000-01-01T00:00Z")..<seconds("2037-12-01T00:00Z")
            // Its calendar is slow, and every third of the 14 instants around a transition comes to each of them in time.
            for (index, time) in times(zone, &random).enumerated() where index % 3 == 0 && years.contains(time) {
                let today = (time + zone.offset(at: at(time))).floored(to: 86_400) / 86_400
                guard zone.civilDay(at: time) == today else { continue }
                let date = Date(timeIntervalSince1970: Double(time))
                let day = BudgetWindow(.day, containing: at(time), in: zone)
                let month = BudgetWindow(.month, containing: at(time), in: zone)
                let monthEnd = try #require(month.end)
                let hasSameOffsets = [time, day.start.seconds, month.start.seconds, monthEnd.seconds].allSatisfy {
                    let there = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0)))
                    return Int64(there) == zone.offset(at: at($0))
                }
                guard hasSameOffsets else {
                    leftOut += 1
                    continue
                }
                compared += 1
                let itsMonth = try #require(calendar.dateInterval(of: .month, for: date))
                let isSame =
                    calendar.startOfDay(for: date).timeIntervalSince1970 == Double(day.start.seconds)
                    && itsMonth.start.timeIntervalSince1970 == Double(month.start.seconds)
                    && itsMonth.end.timeIntervalSince1970 == Double(monthEnd.seconds)
                if !isSame { wrong.append(time) }
            }
            #expect(wrong.isEmpty, "\(zone.name)")
        }
        #expect(compared > 10_000)
        #expect(leftOut * 20 < compared)
    }
}
