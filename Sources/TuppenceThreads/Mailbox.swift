import Foundation

/// What a ``Mailbox`` holds.
package protocol MailboxContents: Sendable {
    /// Whether there is nothing in it that its thread is to wake for.
    var isEmpty: Bool { get }
}

/// What has been asked of a thread and not yet taken. The thread sleeps while there is nothing.
///
/// Guarded by its condition; nothing in it is touched otherwise.
package final class Mailbox<Contents: MailboxContents>: @unchecked Sendable {
    private let condition = NSCondition()
    private var contents: Contents
    private var isClosed = false
    private var isFinished = false
    private var isWaiting = false

    package init(_ contents: Contents) { self.contents = contents }

    /// Has `body` put something in, and wakes the thread if it sleeps.
    package func post<Result>(_ body: (inout Contents, _ isClosed: Bool) -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        let result = body(&contents, isClosed)
        // A thread that is busy looks again by itself: only a sleeping one costs a wake-up.
        if isWaiting { condition.signal() }
        return result
    }

    /// Has `body` change what the thread need not wake for.
    package func withContents<Result>(_ body: (inout Contents) -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body(&contents)
    }

    /// Has `body` take what there is, after waiting for something until `time` at most.
    package func take<Taken>(until time: Date, _ body: (inout Contents) -> Taken) -> (taken: Taken, isClosed: Bool) {
        condition.lock()
        defer { condition.unlock() }
        isWaiting = true
        while contents.isEmpty && !isClosed {
            if !condition.wait(until: time) { break }
        }
        isWaiting = false
        return (body(&contents), isClosed)
    }

    /// Tells the thread to finish, and waits until it has.
    package func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        while !isFinished { condition.wait() }
        condition.unlock()
    }

    /// Says that the thread has finished.
    package func finished() {
        condition.lock()
        isFinished = true
        condition.broadcast()
        condition.unlock()
    }
}
