import NIOCore
import TuppenceCore

/// How long a caller may take for each part of a request, and for taking the answer.
extension ClientConnection {
    func clockWasSet(by step: Milliseconds) {
        phaseSince.move(by: step)
        headSince?.move(by: step)
        lastProgress.move(by: step)
    }

    func timePassed(_ now: Timestamp) {
        let settings = loop.settings
        watchProgress(now)
        // Takes nothing of its answer: holding that would hold a provider's connection too.
        if now - lastProgress > settings.idleTimeout { return closeNow() }
        switch phase {
        case .handshake: if now - phaseSince > settings.headTimeout { closeNow() }
        case .head:
            if let headSince, now - headSince > settings.headTimeout {
                keepAlive = false
                refuse(
                    Refusal(
                        .requestTimeout,
                        "The head of the request did not come within \(settings.headTimeout.count / 1_000) s."),
                    bodyIsOutstanding: true)
            } else if headSince == nil, lastUnsent == 0, now - phaseSince > settings.idleTimeout {
                closeNow()
            }
        case .body(let request):
            let elapsed = now - phaseSince
            let allowed = Milliseconds(
                settings.bodyGrace.count + Int64(request.bodyBytes) * 1_000 / settings.minimumBodyRate)
            if elapsed > allowed {
                refuse(
                    Refusal(.requestTimeout, "The body came at less than \(settings.minimumBodyRate) bytes a second."),
                    bodyIsOutstanding: true, of: request.purpose.spender)
            }
        case .answering: break
        case .lingering:
            if lastUnsent > 0 { phaseSince = now } else if now - phaseSince > Self.lingerTime { closeNow() }
        }
    }

    /// Bytes of answers that the caller has not taken yet.
    var unsentBytes: Int {
        (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// Notes whether the caller takes what we write.
    private func watchProgress(_ now: Timestamp) {
        let unsent = unsentBytes
        if unsent == 0 || unsent < lastUnsent { lastProgress = now }
        lastUnsent = unsent
    }
}
