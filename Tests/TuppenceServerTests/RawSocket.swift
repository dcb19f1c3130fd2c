import Foundation
import Glibc
import NIOPosix

/// A socket without manners, for what no client library does.
final class RawSocket: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        if code != 0 { throw POSIXError(.ECONNREFUSED) }
    }

    func close() { _ = Glibc.close(descriptor) }

    func send(_ text: String) async throws {
        let bytes = Array(text.utf8)
        try await NIOThreadPool.singleton.runIfActive { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { throw POSIXError(.EPIPE) }
                sent += count
            }
        }
    }

    func read(until done: @escaping @Sendable (String) -> Bool) async throws -> String {
        try await NIOThreadPool.singleton.runIfActive { [descriptor] in
            var text = ""
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count <= 0 { return text }
                text += String(decoding: buffer[..<count], as: UTF8.self)
                if text.hasSuffix("}"), done(text) { return text }
            }
        }
    }

    /// Reads to the end, with a rest of a quarter of a second whenever so many bytes have come.
    func readCount(pausingEvery bytes: Int) async throws -> Int {
        try await NIOThreadPool.singleton.runIfActive { [descriptor] in
            var total = 0
            var sincePause = 0
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count <= 0 { return total }
                total += count
                sincePause += count
                if sincePause >= bytes {
                    sincePause = 0
                    Thread.sleep(forTimeInterval: 0.25)
                }
            }
        }
    }

    /// Sends `pieces` one by one, with a rest before each, and reads what comes meanwhile, until the other side closes; then or
    /// once all is sent and `patience` over, says what has come.
    func trickle(
        _ pieces: [String], every rest: TimeInterval, patience: TimeInterval = 0
    ) async throws -> (received: String, isClosed: Bool) {
        try await NIOThreadPool.singleton.runIfActive { [descriptor] in
            var text = ""
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            var end: Date?
            var left = pieces[...]
            while true {
                let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if count > 0 { text += String(decoding: buffer[..<count], as: UTF8.self) }
                if count == 0 || count < 0 && errno != EAGAIN { return (text, true) }
                if let piece = left.popFirst() {
                    let bytes = Array(piece.utf8)
                    _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                } else if Date() > end ?? .distantFuture {
                    return (text, false)
                } else {
                    end = end ?? Date() + patience
                }
                Thread.sleep(forTimeInterval: rest)
            }
        }
    }
}
