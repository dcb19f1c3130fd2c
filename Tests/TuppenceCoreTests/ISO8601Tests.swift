import Testing

@testable import TuppenceCore

@Suite("Times as they are written")
struct ISO8601Tests {
    @Test(
        "a date and a time are read in UTC unless they say otherwise",
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:01Z", 1_000), ("1970-01-01 00:01", 60_000),
            ("1970-01-01t01:00z", 3_600_000),
            ("2026-11-01T00:00:00Z", 1_793_491_200_000), ("2026-11-01T00:00:00+00:00", 1_793_491_200_000),
            ("2026-11-01T01:00:00+01:00", 1_793_491_200_000), ("2026-10-31T18:30:00-0530", 1_793_491_200_000),
            ("2026-11-01 00:00:00 UTC", 1_793_491_200_000), ("2026-11-01T00:00:00.1", 1_793_491_200_100),
            ("2026-11-01T00:00:00.123999Z", 1_793_491_200_123), ("2028-02-29", 1_835_395_200_000),
            ("1969-12-31T23:59:59Z", -1_000),
        ] as [(String, Int64)])
    func read(text: String, milliseconds: Int64) {
        #expect(Timestamp(iso8601: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(
        "what is no time is none",
        arguments: [
            "", "2026", "2026-11", "2026-11-", "2026-1-01", "2026-13-01", "2026-00-01", "2026-11-00", "2026-11-31",
            "2027-02-29",
            "2026-11-01T", "2026-11-01T00", "2026-11-01T24:00", "2026-11-01T00:60", "2026-11-01T00:00:60Z",
            "2026-11-01T00:00:00.", "2026-11-01T00:00:00.Z", "2026-11-01T00:00:00+1", "2026-11-01T00:00:00Zx",
            "2026-11-01Z",
            " 2026-11-01", "2026-11-01 ", "2026/11/01", "+026-11-01", "2026-11-01T00:00:00+24:00", "20261101",
            "2026-11-01T00:00-",
        ])
    func refused(text: String) { #expect(Timestamp(iso8601: text) == nil) }

    @Test(
        "what is written is read back",
        arguments: [0, -1, 951_782_400, 1_793_491_199, 4_102_444_800, -62_135_596_800] as [Int64])
    func roundTrip(seconds: Int64) {
        let time = Timestamp(seconds: seconds)
        #expect(Timestamp(iso8601: time.iso8601) == time)
    }
}
