import NIOCore

/// How a connection ends, and the answer that is being given on it.
extension ClientConnection {
    /// Closes our side and reads the rest away for a while: closing with bytes unread would reset the connection, and the
    /// caller would never see the answer.
    func linger() {
        phase = .lingering
        phaseSince = loop.now
        input = ByteBuffer()
        setReading(true)
        guard let context else { return }
        if callerClosedItsSide {
            context.close(promise: nil)
        } else {
            context.channel.close(mode: .output).whenFailure { _ in }
        }
    }

    func closeNow() { context?.close(promise: nil) }

    /// The gateway ends: whoever waits for an answer hears that, and everything else is closed.
    func breakOff() {
        keepAlive = false
        guard case .answering = phase, let driver, driver.sendAway() else { return closeNow() }
    }

    /// Closes once everything written has gone out, if no request is being answered.
    func closeIfIdle() {
        switch phase {
        case .handshake: closeNow()
        case .head: if input.readableBytes == 0 { linger() }
        case .body, .answering, .lingering: break
        }
    }

    /// Nobody is there to have the present answer, nor is it kept for anybody.
    func giveUp() {
        recording = nil
        loop.letGo(of: self)
        let left = driver
        driver = nil
        left?.clientGone()
    }
}
