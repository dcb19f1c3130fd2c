import NIOCore
import Synchronization

/// The connections that are open, so that a server which stops can close them.
final class SandboxClients: Sendable {
    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())

    /// Remembers `channel` until it closes.
    ///
    /// - Throws: `ChannelError.ioOnClosedChannel` when the server has stopped meanwhile.
    func add(_ channel: any Channel) throws {
        let added = state.withLock { state in
            if !state.isStopped { state.open[ObjectIdentifier(channel)] = channel }
            return !state.isStopped
        }
        guard added else { throw ChannelError.ioOnClosedChannel }
        channel.closeFuture.whenComplete { _ in self.remove(channel) }
    }

    func closeAll() async {
        let channels = state.withLock { state in
            state.isStopped = true
            return Array(state.open.values)
        }
        for channel in channels { channel.close(promise: nil) }
        // A connection that closed by itself at the same moment is as good as one closed here.
        for channel in channels { try? await channel.closeFuture.get() }
    }

    private func remove(_ channel: any Channel) {
        state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}
