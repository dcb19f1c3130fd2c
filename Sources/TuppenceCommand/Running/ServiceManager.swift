import Foundation
import Logging
import TuppenceCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Who has started this process and wants to hear how it does, as systemd does of a unit with `Type=notify`; nobody, where nothing
/// names him.
///
/// Source: https://www.freedesktop.org/software/systemd/man/252/sd_notify.html (read 2026-11-29).
struct ServiceManager: Sendable {
    enum News: Hashable, Sendable {
        /// Requests are taken, by the configuration as it stands now.
        case ready
        case reloading
        case stopping
    }

    private static let variable = "NOTIFY_SOCKET"
    /// A path, or `@` and the rest of an abstract name; nil where nobody listens.
    private let name: String?
    private let logger: Logger

    /// Takes his address out of the environment, so that no program that is started later speaks for this one.
    static func takeFromEnvironment(_ logger: Logger) -> ServiceManager {
        defer { unsetenv(variable) }
        return ServiceManager(
            name: ProcessInfo.processInfo.environment.variable(variable), logger: logger)
    }

    /// He may not be told: whatever becomes of it, the gateway does its work.
    func tell(_ news: News) {
        guard let name else { return }
        let code = Self.send(Self.text(of: news), to: name)
        guard code != 0 else { return }
        logger.warning(
            "the service manager could not be told how the gateway does",
            metadata: ["news": "\(news)", "error": "\(String(cString: strerror(code)))"])
    }

    private static func text(of news: News) -> String {
        switch news {
        case .ready: "READY=1"
        // With the time, as `Type=notify-reload` wants it.
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)"
        case .stopping: "STOPPING=1"
        }
    }

    private static var monotonicMicroseconds: Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int(now.tv_sec) * 1_000_000 + Int(now.tv_nsec) / 1_000
    }

    /// - Returns: 0, or what it has failed with.
    private static func send(_ text: String, to name: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        let bytes = Array(name.utf8)
        guard bytes.count < room else { return ENAMETOOLONG }
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: bytes)
            if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        }
        // An abstract name is as long as it is said to be, whatever is in it.
        let length = socklen_t(MemoryLayout<sockaddr_un>.size - room + bytes.count)
        #if canImport(Darwin)
            let kind = SOCK_DGRAM
        #else
            let kind = CInt(SOCK_DGRAM.rawValue)
        #endif
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let message = Array(text.utf8)
        let sent = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.count, 0, $0, length)
            }
        }
        return sent < 0 ? errno : 0
    }
}
