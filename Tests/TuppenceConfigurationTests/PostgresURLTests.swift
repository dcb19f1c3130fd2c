import Testing

@testable import TuppenceConfiguration

@Suite("The address of a PostgreSQL database")
struct PostgresURLTests {
    @Test(
        "is shown without a password, and handed to libpq with it",
        arguments: [
            ("postgres://db/ledger", "postgres://db/ledger"),
            ("postgresql://tuppence@db:5432/ledger", "postgresql://tuppence@db:5432/ledger"),
            ("postgres://tuppence:hunter2@db/ledger", "postgres://tuppence@db/ledger"),
            ("postgres://tuppence:hunter%402%2F@db/ledger", "postgres://tuppence@db/ledger"),
            ("postgres://tuppence:hunter2%fF@db/ledger", "postgres://tuppence@db/ledger"),
            ("postgres://a:hunter2@[::1]:5432,b:5433/ledger", "postgres://a@[::1]:5432,b:5433/ledger"),
            ("postgres:///ledger?host=/run/postgresql&port=1", "postgres:///ledger?host=/run/postgresql&port=1"),
            (
                "postgres://db/ledger?user=a&password=hunter2&sslmode=require",
                "postgres://db/ledger?user=a&sslmode=require"
            ),
            ("postgres://db/ledger?password=hunter2@x/y", "postgres://db/ledger"),
            ("postgres://a@db/ledger?sslkey=k&sslpassword=hunter2", "postgres://a@db/ledger?sslkey=k"),
        ])
    func shown(text: String, shown: String) throws {
        let url = try #require(PostgresURL(text))
        #expect(url.text == text)
        #expect("\(url)" == shown)
        #expect(!String(reflecting: StoreSettings.postgres(url)).contains("hunter2"))
        var dumped = ""
        dump(url, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test(
        "is none if it names no database, or leaves open where a password ends",
        arguments: [
            "postgres://", "postgres://db", "postgres://db/", "postgres:db/ledger", "mysql://db/ledger",
            "postgres://a:hunter/2@db/ledger", "postgres://a:hunter@2@db/ledger", "postgres://a:hunter2/ledger",
            "postgres://a:hunter2@db/ledger/x", "postgres://a:hunter 2@db/ledger", "postgres://a:hunter#2@db/ledger",
            "postgres://db:70000/ledger", "postgres://a:hunter%2@db/ledger", "postgres://a:hunter%zz@db/ledger",
            "postgres://a:hunter%00@db/ledger", "postgres://a:hunter%\u{FF12}\u{FF12}@db/ledger",
        ])
    func refused(text: String) { #expect(PostgresURL(text) == nil) }
}
