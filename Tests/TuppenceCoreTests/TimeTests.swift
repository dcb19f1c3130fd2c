import Testing

@testable import TuppenceCore

@Suite("Time")
struct TimeTests {
    @Test(
        "days and dates are the same thing, before 1970 and on leap days too",
        arguments: [
            (0, 1970, 1, 1), (-1, 1969, 12, 31), (31, 1970, 2, 1), (58, 1970, 2, 28), (59, 1970, 3, 1),
            (364, 1970, 12, 31),
            (365, 1971, 1, 1), (789, 1972, 2, 29), (790, 1972, 3, 1), (11_016, 2000, 2, 29), (11_017, 2000, 3, 1),
            (19_782, 2024, 2, 29), (19_783, 2024, 3, 1), (20_088, 2024, 12, 31), (20_089, 2025, 1, 1),
            (20_147, 2025, 2, 28), (20_148, 2025, 3, 1), (47_540, 2100, 2, 28), (47_541, 2100, 3, 1),
            (-25_509, 1900, 2, 28), (-25_508, 1900, 3, 1), (-135_081, 1600, 2, 29), (-719_468, 0, 3, 1),
            (-719_469, 0, 2, 29),
            (-719_529, -1, 12, 31),
        ] as [(Int64, Int, Int, Int)])
    func civil(days: Int64, year: Int, month: Int, day: Int) {
        #expect(CivilDate(daysSince1970: days) == CivilDate(year: year, month: month, day: day))
        #expect(CivilDate(year: year, month: month, day: day).daysSince1970 == days)
    }

    @Test("every day from 1899 to 2101 is followed by the next") func succession() {
        func length(_ year: Int, _ month: Int) -> Int {
            let leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            return [31, leaps ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        }
        var expected = CivilDate(year: 1899, month: 1, day: 1)
        var wrong = 0
        for day in Int64(-25_932)...Int64(48_211) {
            let date = CivilDate(daysSince1970: day)
            if date != expected || date.daysSince1970 != day { wrong += 1 }
            expected.day += 1
            if expected.day > length(expected.year, expected.month) {
                expected.day = 1
                expected.month += 1
                if expected.month > 12 { (expected.month, expected.year) = (1, expected.year + 1) }
            }
        }
        #expect(wrong == 0)
        #expect(expected == CivilDate(year: 2102, month: 1, day: 1))
    }

    @Test(
        "ISO 8601 is in UTC, and milliseconds are cut off towards the past",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (999, "1970-01-01T00:00:00Z"), (1_000, "1970-01-01T00:00:01Z"),
            (-1, "1969-12-31T23:59:59Z"), (-1_000, "1969-12-31T23:59:59Z"), (-1_001, "1969-12-31T23:59:58Z"),
            (-86_400_000, "1969-12-31T00:00:00Z"), (-86_400_001, "1969-12-30T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"), (1_795_466_700_000, "2026-11-23T20:45:00Z"),
            (1_735_689_599_000, "2024-12-31T23:59:59Z"), (1_735_689_600_000, "2025-01-01T00:00:00Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func iso8601(milliseconds: Int64, text: String) { #expect(Timestamp(milliseconds: milliseconds).iso8601 == text) }

    @Test(
        "seconds are cut off towards the past",
        arguments: [(0, 0), (999, 0), (1_000, 1), (-1, -1), (-999, -1), (-1_000, -1), (-1_001, -2)] as [(Int64, Int64)])
    func seconds(milliseconds: Int64, seconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).seconds == seconds)
    }

    @Test("adding a span stops at the distant future") func addition() {
        #expect(at(1) + .seconds(2) == at(3))
        #expect(Timestamp.distantFuture + .seconds(1) == .distantFuture)
        #expect(at(3) - at(1) == .seconds(2))
        #expect(at(1) < at(2))
        #expect(Milliseconds(1_999) < .seconds(2))
    }
}

@Suite("Budget windows")
struct BudgetWindowTests {
    @Test(
        "a window begins at its first second and ends before the first second of the next",
        arguments: [
            (.minute, "2026-11-23T20:45:00Z", 1_795_466_700, 0, 60), (.minute, "", 1_795_466_759, -59, 1),
            (.minute, "", 1_795_466_760, 0, 60), (.minute, "", -1, -59, 1), (.hour, "", 0, 0, 3_600),
            (.hour, "", 3_599, -3_599, 1), (.hour, "", 3_600, 0, 3_600), (.hour, "", -1, -3_599, 1),
            (.day, "", 86_399, -86_399, 1), (.day, "", 86_400, 0, 86_400), (.day, "", -1, -86_399, 1),
            (.day, "", -86_400, 0, 86_400),
        ] as [(BudgetPeriod, String, Int64, Int64, Int64)])
    func clock(period: BudgetPeriod, _: String, seconds: Int64, back: Int64, ahead: Int64) {
        let window = BudgetWindow(period, containing: at(seconds))
        #expect(window.start == at(seconds + back))
        #expect(window.end == at(seconds + ahead))
    }

    @Test(
        "weeks begin on Monday, months on their first, leap years and year ends included",
        arguments: [
            // 2026-11-23 is a Monday.
            (.week, (2026, 11, 22), 86_399, (2026, 11, 16), (2026, 11, 23)),
            (.week, (2026, 11, 23), 0, (2026, 11, 23), (2026, 11, 30)),
            (.week, (2026, 11, 29), 86_399, (2026, 11, 23), (2026, 11, 30)),
            (.week, (2025, 1, 1), 0, (2024, 12, 30), (2025, 1, 6)),
            (.week, (1970, 1, 1), 0, (1969, 12, 29), (1970, 1, 5)),
            (.week, (1970, 1, 5), 0, (1970, 1, 5), (1970, 1, 12)),
            (.week, (1970, 1, 4), 86_399, (1969, 12, 29), (1970, 1, 5)),
            (.week, (1969, 12, 28), 0, (1969, 12, 22), (1969, 12, 29)),
            (.month, (2024, 2, 29), 86_399, (2024, 2, 1), (2024, 3, 1)),
            (.month, (2024, 3, 1), 0, (2024, 3, 1), (2024, 4, 1)),
            (.month, (2025, 2, 28), 86_399, (2025, 2, 1), (2025, 3, 1)),
            (.month, (2024, 12, 31), 86_399, (2024, 12, 1), (2025, 1, 1)),
            (.month, (2025, 1, 1), 0, (2025, 1, 1), (2025, 2, 1)),
            (.month, (2100, 2, 28), 0, (2100, 2, 1), (2100, 3, 1)),
            (.month, (1969, 12, 31), 86_399, (1969, 12, 1), (1970, 1, 1)),
            (.month, (1970, 1, 1), 0, (1970, 1, 1), (1970, 2, 1)),
            (.day, (2024, 2, 28), 86_399, (2024, 2, 28), (2024, 2, 29)),
            (.day, (2024, 2, 29), 0, (2024, 2, 29), (2024, 3, 1)),
        ] as [(BudgetPeriod, (Int, Int, Int), Int64, (Int, Int, Int), (Int, Int, Int))])
    func calendar(
        period: BudgetPeriod, day: (Int, Int, Int), second: Int64, start: (Int, Int, Int), end: (Int, Int, Int)
    ) {
        func midnight(_ date: (Int, Int, Int)) -> Timestamp {
            at(CivilDate(year: date.0, month: date.1, day: date.2).daysSince1970 * 86_400)
        }
        let window = BudgetWindow(period, containing: midnight(day) + .seconds(second))
        #expect(window.start == midnight(start))
        #expect(window.end == midnight(end))
    }

    @Test(
        "a total budget never resets, and has one window for all times", arguments: [-1, 0, 1_795_466_700] as [Int64])
    func total(seconds: Int64) {
        let window = BudgetWindow(.total, containing: at(seconds))
        #expect(window.start == at(0))
        #expect(window.end == nil)
    }

    @Test("windows follow one another without gap or overlap", arguments: BudgetPeriod.allCases.filter { $0 != .total })
    func succession(period: BudgetPeriod) throws {
        var random = RandomSource(seed: 7)
        for _ in 0..<300 {
            let time = Timestamp(milliseconds: Int64.random(in: -3_000_000_000_000...5_000_000_000_000, using: &random))
            let window = BudgetWindow(period, containing: time)
            let end = try #require(window.end)
            #expect(window.start <= time && time < end)
            #expect(BudgetWindow(period, containing: Timestamp(milliseconds: end.milliseconds - 1)) == window)
            #expect(BudgetWindow(period, containing: end).start == end)
        }
    }
}
