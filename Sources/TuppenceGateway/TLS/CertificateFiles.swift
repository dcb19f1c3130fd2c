import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceServer

/// The files of `server.tls`.
package struct CertificateFiles: Sendable {
    private let settings: TLSSettings

    package init(_ settings: TLSSettings) { self.settings = settings }

    /// What is in them.
    ///
    /// - Throws: a sentence for each that can't be read, or the first that is not what it should be.
    package func load() throws(Failure) -> TLSIdentity {
        var problems: [String] = []
        let certificate = read("certificate", settings.certificate, &problems)
        let key = read("key", settings.key, &problems)
        let authorities = settings.clients.map { read("clients", $0, &problems) }
        guard problems.isEmpty else { throw Failure(problems.joined(separator: "\n")) }
        do throws(TLSIdentity.Problem) {
            return try TLSIdentity(certificate: certificate, key: key, authorities: authorities)
        } catch {
            throw Failure(sentence(error))
        }
    }

    /// What is worth knowing of `identity` at a time, as its certificate can be out of date.
    package func warning(of identity: TLSIdentity, at now: Timestamp) -> String? {
        let file = "server.tls.certificate: the certificate in '\(settings.certificate)'"
        if now >= identity.expires {
            return "\(file) has expired, on \(identity.expires.iso8601): callers will not trust it. Have it renewed."
        }
        if now < identity.begins {
            return "\(file) begins to count on \(identity.begins.iso8601): callers will not trust it yet."
        }
        return nil
    }

    /// What tells editions of the files apart without reading them.
    func editions() -> [Edition?] {
        [settings.certificate, settings.key, settings.clients].compactMap(\.self).map { Edition(ofFile: $0) }
    }

    private func read(_ field: String, _ path: String, _ problems: inout [String]) -> [UInt8] {
        if let bytes = FileManager.default.contents(atPath: path) { return Array(bytes) }
        let isThere = FileManager.default.fileExists(atPath: path)
        problems.append(
            "server.tls.\(field): "
                + (isThere
                    ? "'\(path)' may not be read. Let the user that runs Tuppence read it."
                    : "there is no file '\(path)'. A relative path begins at the working directory."))
        return []
    }

    private func sentence(_ problem: TLSIdentity.Problem) -> String {
        switch problem {
        case .noCertificate:
            "server.tls.certificate: '\(settings.certificate)' cannot be read as certificates in PEM."
        case .noKey: "server.tls.key: '\(settings.key)' cannot be read as a private key in PEM."
        case .encryptedKey:
            "server.tls.key: the key in '\(settings.key)' has a password. Write it without one: openssl pkey -in '\(settings.key)' -out key.pem"
        case .foreignKey:
            "server.tls.key: the key in '\(settings.key)' does not fit the first certificate in '\(settings.certificate)'. The server's certificate comes first, those of authorities behind it."
        case .noAuthority:
            "server.tls.clients: '\(settings.clients ?? "")' cannot be read as certificates in PEM."
        }
    }
}

/// A file as it was at one look. One that is written or replaced is another edition, whether it is the file itself that
/// changes or what a link leads to.
struct Edition: Hashable, Sendable {
    private let device, inode, size, seconds, nanoseconds: Int64

    /// Nil where there is none.
    init?(ofFile path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = Int64(truncatingIfNeeded: status.st_dev)
        inode = Int64(truncatingIfNeeded: status.st_ino)
        size = Int64(status.st_size)
        #if canImport(Darwin)
            let changed = status.st_ctimespec
        #else
            let changed = status.st_ctim
        #endif
        seconds = Int64(changed.tv_sec)
        nanoseconds = Int64(changed.tv_nsec)
    }
}
