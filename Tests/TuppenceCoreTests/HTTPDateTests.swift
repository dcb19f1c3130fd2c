import Testing

@testable import TuppenceCore

@Suite("Dates of HTTP")
struct HTTPDateTests {
    @Test(
        "a date is read as it is sent",
        arguments: [
            ("Thu, 01 Jan 1970 00:00:01 GMT", "1970-01-01T00:00:01Z"),
            ("Fri, 27 Feb 2026 17:15:31 GMT", "2026-02-27T17:15:31Z"),
            ("Thu, 1 Oct 2026 00:00:00 GMT", "2026-10-01T00:00:00Z"),
            ("Tue, 29 Feb 2028 23:59:59 GMT", "2028-02-29T23:59:59Z"),
            ("Thu, 31 Dec 2026 23:59:59 GMT", "2026-12-31T23:59:59Z"),
        ])
    func read(text: String, same: String) {
        #expect(Timestamp(httpDate: text) == Timestamp(iso8601: same))
        #expect(Timestamp(httpDate: text) != nil)
    }

    @Test(
        "what is no date is none",
        arguments: [
            "", "GMT", "Fri, 27 Feb 2026 17:15:31", "Fri, 27 Feb 2026 17:15:31 CET", "Fri, 27 Feb 26 17:15:31 GMT",
            "Fri, 30 Feb 2026 17:15:31 GMT", "Fri, +7 Feb 2026 17:15:31 GMT", "Fri, 27 feb 2026 17:15:31 GMT",
            "Fri, 27 Feb 2026 17:15:31+01:00 GMT", "Fri, 27 Feb 2026 24:00:00 GMT", "2026-02-27T17:15:31Z",
        ])
    func refused(text: String) { #expect(Timestamp(httpDate: text) == nil) }
}
