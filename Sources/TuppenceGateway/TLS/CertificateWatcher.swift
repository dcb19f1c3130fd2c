import Logging
import TuppenceServer

/// Looks at the files of `server.tls` once a second, and shows callers what is new in them.
package struct CertificateWatcher: Sendable {
    private let files: CertificateFiles
    private let state: TLSState
    private let logger: Logger
    /// As of the identity in force, or of one that came to nothing.
    private var seen: [Edition?]
    /// Why what was seen came to nothing, until that is said.
    private var failure: String?

    package init(_ files: CertificateFiles, _ logger: Logger) throws(Failure) {
        self.files = files
        self.logger = logger
        // Looked at before they are read, so that what changes meanwhile is seen.
        seen = files.editions()
        let identity = try files.load()
        state = TLSState(identity)
        if let warning = files.warning(of: identity, at: WallClock.now) { logger.warning("\(warning)") }
    }

    /// What callers are shown.
    package var tls: TLSState { state }

    /// Until the task is cancelled.
    package func run() async {
        var watcher = self
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
            watcher.look()
        }
    }

    private mutating func look() {
        let editions = files.editions()
        guard editions != seen else { return complain() }
        seen = editions
        do throws(Failure) {
            let identity = try files.load()
            if let warning = files.warning(of: identity, at: WallClock.now), isInForce(state.identity) {
                failure = warning
                return
            }
            failure = nil
            state.replace(with: identity)
            logger.notice("the certificate was replaced", metadata: ["until": "\(identity.expires.iso8601)"])
        } catch {
            failure = error.description
        }
    }

    private func isInForce(_ identity: TLSIdentity) -> Bool { files.warning(of: identity, at: WallClock.now) == nil }

    /// Not before the second look: certificate and key are seldom replaced at the same instant.
    private mutating func complain() {
        guard let failure else { return }
        self.failure = nil
        logger.error(
            "the certificate was not replaced; the old one stays in force", metadata: ["error": "\(failure)"])
    }
}
