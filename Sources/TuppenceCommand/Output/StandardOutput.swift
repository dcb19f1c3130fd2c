import Foundation
import Synchronization
import TuppenceGateway

/// What a command has to say, and whether it could be said: a key that is shown once is lost where nobody could read it.
enum StandardOutput {
    /// What the first write that failed has failed with; 0 while there is none.
    private static let failure = Mutex<Int32>(0)

    /// Writes `text` as it is: for programs, which read it byte by byte.
    static func write(_ text: String) {
        guard failure.withLock({ $0 == 0 }) else { return }
        var text = text
        let code = text.withUTF8 { $0.written(to: STDOUT_FILENO) }
        if code != 0 { failure.withLock { $0 = code } }
    }

    /// Whether anything else can be written.
    static var takesMore: Bool { failure.withLock { $0 == 0 } }

    /// - Throws: if something could not be written. Who no longer reads, as `head` after its lines, wants no more.
    static func check() throws(Failure) {
        let code = failure.withLock { $0 }
        guard code != 0, code != EPIPE else { return }
        throw Failure(
            "Standard output could not be written: \(String(cString: strerror(code))). What the command does is done, and was not shown whole. A key that was to be shown is lost: tuppence keys rotate makes it another."
        )
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Writes all of it.
    ///
    /// - Returns: 0, or what it has failed with.
    fileprivate func written(to descriptor: Int32) -> Int32 {
        var rest = UnsafeRawBufferPointer(self)[...]
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Whoever gave it wants no writer to wait, but there is nothing else to do.
                var output = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&output, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

/// What is said to people beside the output of a command.
enum StandardError {
    static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.shown(keepingLines: true).utf8))
    }

    /// Writes `text` as it is. Where that fails there is nobody left to be told.
    static func writeExactly(_ text: String) {
        var text = text
        _ = text.withUTF8 { $0.written(to: STDERR_FILENO) }
    }
}

/// Says `text` to people, in place of Swift's own `print`: what callers have named is shown, and does nothing to a terminal.
func print(_ text: String, terminator: String = "\n") {
    StandardOutput.write(text.shown(keepingLines: true) + terminator)
}
