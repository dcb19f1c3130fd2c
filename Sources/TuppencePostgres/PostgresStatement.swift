/// A statement that a connection prepares once. The server infers the types of its parameters; integers are `BIGINT`.
struct PostgresStatement: Hashable, Sendable {
    /// Unique among those of a connection.
    let name: String
    let sql: String

    init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }

    /// Whatever the server is set to: each statement is to see what was committed before it began.
    static let begin = PostgresStatement("begin", "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    static let beginReading = PostgresStatement("begin_reading", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    /// Who only reads holds nobody up, and may take its time between two questions.
    static let patient = PostgresStatement("patient", "SET LOCAL idle_in_transaction_session_timeout = 60000")
    /// The disk need not be waited for: a crash may lose what was written in the last moment.
    static let soon = PostgresStatement("soon", "SET LOCAL synchronous_commit = off")
    static let commit = PostgresStatement("commit", "COMMIT")
    static let rollBack = PostgresStatement("roll_back", "ROLLBACK")
}

/// A parameter of a statement, sent in binary.
enum PostgresValue {
    case null
    case int(Int64)
    case double(Double)
    case bool(Bool)
    case text(String)
    case bytes([UInt8])
    /// Read before the call that it is passed to returns.
    case buffer(UnsafeRawBufferPointer)

    static func int(_ value: Int) -> PostgresValue { .int(Int64(value)) }
    /// Text that may hold a zero byte, which PostgreSQL's own text can't: of a column of bytes.
    static func name(_ value: String) -> PostgresValue { .bytes(Array(value.utf8)) }
    static func optionalName(_ value: String?) -> PostgresValue { value.map { .name($0) } ?? .null }
}
