import Foundation
import TuppenceCore

/// Where a connection comes from: one that is kept while it works, and made anew, with patience, when it does not.
///
/// Belongs to one thread at a time. Connections are made on a thread of their own, as a host that does not answer takes
/// seconds.
final class PostgresLine: @unchecked Sendable {
    private let url: String
    private let isReadOnly: Bool
    /// What each new connection is asked first.
    private let greeting: [PostgresStatement]
    /// How long an answer is waited for, and a connection where there is none, in seconds.
    let patience: TimeInterval

    private let condition = NSCondition()
    /// Guarded by `condition`, as is all up to the next blank line.
    private var made: PostgresConnection?
    /// Since there was a connection last.
    private var failure: StoreError?
    private var isConnecting = false
    /// Set by the thread that it belongs to alone, which so may look at it without the lock.
    private var isClosed = false

    /// Counts the connections there have been.
    private(set) var generation = 0
    private var current: PostgresConnection?
    private var roundTripsBefore = 0

    private static let longestPause = 1.0

    init(url: String, readOnly: Bool = false, greeting: [PostgresStatement] = [], patience: TimeInterval) {
        self.url = url
        isReadOnly = readOnly
        self.greeting = greeting
        self.patience = patience
    }

    /// How often the server has been waited for.
    var roundTrips: Int { roundTripsBefore + (current?.roundTrips ?? 0) }

    /// - Throws: why there is none, where none came about in time; it goes on being tried.
    func connection() throws(StoreError) -> PostgresConnection {
        if let current, current.isUsable { return current }
        guard !isClosed else { throw StoreError("the store is closed") }
        roundTripsBefore = roundTrips
        current = nil
        let new = try awaitConnection(until: Date().addingTimeInterval(patience))
        for statement in greeting { try new.perform(statement, within: patience) }
        current = new
        generation += 1
        return new
    }

    /// Calls `body` with the connection. Where the server turns out to have closed it, before anything was answered, that tells nothing
    /// about what is asked: it is asked once more, on another.
    func using<Value>(
        _ body: (PostgresConnection) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let connection = try connection()
        let answered = connection.answered
        do throws(StoreError) {
            return try body(connection)
        } catch {
            end(connection)
            guard connection.isLost, connection.answered == answered else { throw error }
        }
        let other = try self.connection()
        do throws(StoreError) {
            return try body(other)
        } catch {
            end(other)
            throw error
        }
    }

    /// Ends whatever transaction runs. Where that can't be done the connection is given up, and the server ends it.
    func end(_ connection: PostgresConnection) {
        if connection.isUsable {
            // What was sent and not yet awaited is answered here, and may have failed.
            if connection.isAwaiting { _ = try? connection.answers(within: patience) }
            if connection.isUsable && connection.isInTransaction {
                _ = try? connection.perform(.rollBack, within: patience)
            }
        }
        if !connection.isUsable || connection.isInTransaction { drop() }
    }

    /// Gives the connection up.
    func drop() {
        roundTripsBefore = roundTrips
        current = nil
    }

    /// Gives the connection up for good, and one that is on its way.
    func close() {
        condition.lock()
        isClosed = true
        made = nil
        condition.unlock()
        drop()
    }

    /// Waits for a connection. Where one has failed already that is told at once, while it goes on being tried: whoever asks often
    /// does not wait each time.
    private func awaitConnection(until deadline: Date) throws(StoreError) -> PostgresConnection {
        condition.lock()
        defer { condition.unlock() }
        if made == nil && !isConnecting {
            failure = nil
            connect()
        }
        while made == nil {
            if let failure { throw failure }
            guard condition.wait(until: deadline) else {
                throw StoreError("PostgreSQL: no connection came about in \(patience) s")
            }
        }
        defer { made = nil }
        return made!
    }

    /// With the lock held: tries on a thread until there is one, or nobody wants it any more.
    private func connect() {
        isConnecting = true
        let thread = Thread { [weak self, url, isReadOnly] in
            var pause = 0.05
            while true {
                do throws(StoreError) {
                    let connection = try PostgresConnection(url: url, readOnly: isReadOnly)
                    self?.end(with: connection)
                    return
                } catch {
                    guard let self, self.goesOn(after: error) else { return }
                }
                // Nodes that have lost the same server don't come back all at once.
                Thread.sleep(forTimeInterval: pause * Double.random(in: 0.75...1))
                pause = min(Self.longestPause, pause * 2)
            }
        }
        thread.name = "postgres"
        thread.start()
    }

    private func end(with connection: PostgresConnection) {
        condition.lock()
        made = isClosed ? nil : connection
        failure = nil
        isConnecting = false
        condition.broadcast()
        condition.unlock()
    }

    /// - Returns: whether it is tried again.
    private func goesOn(after error: StoreError) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        failure = error
        isConnecting = !isClosed
        condition.broadcast()
        return isConnecting
    }
}
