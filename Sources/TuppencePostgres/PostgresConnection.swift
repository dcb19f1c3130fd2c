import CLibPQ
import Foundation
import TuppenceCore

/// One connection, in pipeline mode: statements are sent without waiting for the answers of those before, and all answers are
/// awaited at once.
///
/// Belongs to one thread at a time. After an error of the connection itself it is of no more use (``isUsable``).
final class PostgresConnection: @unchecked Sendable {
    private let connection: OpaquePointer
    private var prepared: Set<PostgresStatement> = []
    /// What has been sent since the last ``answers(within:)``.
    private var awaited: [(statement: PostgresStatement, isPreparation: Bool)] = []
    private(set) var isUsable = true
    /// Whether the server has closed it, or cannot be reached.
    private(set) var isLost = false
    /// How often an answer has been waited for.
    private(set) var roundTrips = 0
    /// How often all that was waited for has come.
    private(set) var answered = 0

    /// Connects, which may take seconds where a host does not answer.
    ///
    /// - Parameters:
    ///   - url: `postgres://user@host/db?…`, with several hosts perhaps, and whatever libpq knows.
    ///   - readOnly: whether a server that only reads, such as a replica, will do.
    init(url: String, readOnly: Bool = false) throws(StoreError) {
        // Of two values for one word the later counts: what the URL says stands above ours.
        let words: [(String, String)] = [
            ("application_name", "tuppence"), ("connect_timeout", "2"), ("keepalives_idle", "5"),
            ("keepalives_interval", "2"), ("keepalives_count", "2"), ("tcp_user_timeout", "5000"),
            ("target_session_attrs", readOnly ? "any" : "read-write"), ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
        var keywords: [UnsafePointer<CChar>?] = words.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values: [UnsafePointer<CChar>?] = words.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { for word in keywords + values { free(UnsafeMutableRawPointer(mutating: word)) } }
        guard libpq_open() else {
            throw StoreError(
                "PostgreSQL: its client library is not here. Install libpq 14 or later: libpq5 on Debian and Ubuntu.")
        }
        guard let made = PQconnectdbParams(&keywords, &values, 1) else {
            throw StoreError("PostgreSQL: there is no memory for a connection")
        }
        // From here on it is ended by `deinit`, whatever is thrown.
        connection = made
        guard PQstatus(made) == CONNECTION_OK else { throw StoreError("PostgreSQL: \(Self.message(of: made))") }
        // What is no error is nothing that anybody waits for.
        PQsetNoticeReceiver(made, { _, _ in }, nil)
        guard PQsetnonblocking(made, 1) == 0, PQenterPipelineMode(made) == 1 else {
            throw StoreError("PostgreSQL: the connection has no pipeline")
        }
    }

    deinit { PQfinish(connection) }

    // MARK: Asking

    /// Sends a statement, whose answer ``answers(within:)`` awaits.
    func send(_ statement: PostgresStatement, _ parameters: [PostgresValue] = []) throws(StoreError) {
        if prepared.insert(statement).inserted {
            try check(PQsendPrepare(connection, statement.name, statement.sql, 0, nil))
            awaited.append((statement, true))
        }
        try PostgresParameters(parameters).use { (count, values, lengths, formats) throws(StoreError) in
            try check(PQsendQueryPrepared(connection, statement.name, count, values, lengths, formats, 1))
        }
        awaited.append((statement, false))
    }

    /// Waits for the answers of what was sent, in its order. Patience is for silence: a long answer may take longer.
    ///
    /// - Throws: the first error. A statement that could not be performed leaves the connection usable, with its transaction to
    ///   be rolled back; an answer that did not come in time does not, and what was sent may have been performed.
    func answers(within patience: TimeInterval) throws(StoreError) -> [PostgresRows] {
        try check(PQpipelineSync(connection))
        roundTrips += 1
        let expected = awaited
        awaited.removeAll(keepingCapacity: true)
        var answers: [PostgresRows] = []
        var failure: StoreError?
        func next() throws(StoreError) -> OpaquePointer? {
            do throws(StoreError) {
                return try self.next(within: patience)
            } catch {
                // What a server says before it closes a connection tells more than that it has.
                throw failure ?? error
            }
        }
        for (statement, isPreparation) in expected {
            guard let result = try next() else { throw broken("an answer is missing") }
            let rows = PostgresRows(owning: result)
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                if !isPreparation { answers.append(rows) }
            case let status:
                if isPreparation { prepared.remove(statement) }
                // Behind the first error the server performs nothing.
                if failure == nil && status != PGRES_PIPELINE_ABORTED {
                    failure = withExtendedLifetime(rows) {
                        StoreError("PostgreSQL: \(Self.message(ofResult: result))")
                    }
                }
            }
            // Each answer ends with none.
            guard try next() == nil else { throw broken("there is an answer too many") }
        }
        guard let end = try next() else { throw broken("the answers do not end") }
        let status = PQresultStatus(end)
        PQclear(end)
        guard status == PGRES_PIPELINE_SYNC else { throw broken("the answers do not end") }
        answered += 1
        if let failure { throw failure }
        return answers
    }

    /// Whether something was sent whose answer has not been awaited.
    var isAwaiting: Bool { !awaited.isEmpty }

    /// Performs one statement by itself.
    @discardableResult
    func perform(
        _ statement: PostgresStatement, _ parameters: [PostgresValue] = [], within patience: TimeInterval
    ) throws(StoreError) -> PostgresRows {
        try send(statement, parameters)
        guard let rows = try answers(within: patience).first else { throw broken("an answer is missing") }
        return rows
    }

    var isInTransaction: Bool { PQtransactionStatus(connection) != PQTRANS_IDLE }

    // MARK: Waiting

    private func next(within patience: TimeInterval) throws(StoreError) -> OpaquePointer? {
        while true {
            let hasMore = PQflush(connection)
            if hasMore < 0 { throw lost() }
            if hasMore == 0 && PQisBusy(connection) == 0 { return PQgetResult(connection) }
            try wait(forWriting: hasMore == 1, within: patience)
            guard PQconsumeInput(connection) == 1 else { throw lost() }
        }
    }

    private func wait(forWriting: Bool, within patience: TimeInterval) throws(StoreError) {
        var socket = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
        if forWriting { socket.events |= Int16(POLLOUT) }
        // What has come while this process stood still is seen at once: poll looks before it waits.
        let result = poll(&socket, 1, Int32(patience * 1_000))
        guard result > 0 || result < 0 && errno == EINTR else { throw broken("no answer came in \(patience) s") }
    }

    private func check(_ sent: Int32) throws(StoreError) {
        guard sent == 1 else { throw lost() }
    }

    private func lost() -> StoreError {
        isLost = true
        return broken(Self.message(of: connection))
    }

    private func broken(_ text: String) -> StoreError {
        isUsable = false
        return StoreError("PostgreSQL: \(text)")
    }

    private static func message(of connection: OpaquePointer) -> String {
        oneLine(PQerrorMessage(connection)) ?? "the connection is lost"
    }

    private static func message(ofResult result: OpaquePointer) -> String {
        let text = oneLine(PQresultErrorField(result, 77)) ?? oneLine(PQresultErrorMessage(result)) ?? "an error"
        guard let code = oneLine(PQresultErrorField(result, 67)) else { return text }
        return "\(text) (\(code))"
    }

    private static func oneLine(_ text: UnsafePointer<CChar>?) -> String? {
        guard let text else { return nil }
        let lines = String(cString: text).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }
}
