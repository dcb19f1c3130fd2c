import Logging
import NIOCore
import TuppenceCore
import TuppenceUpstream

extension NoticeDispatcher {
    /// Posts one notice and waits for what becomes of it: for a program that ends afterwards.
    ///
    /// - Parameter patience: how long it is tried again and again; a last try comes after it.
    /// - Returns: each address that it went to, once; none where none is configured.
    public static func deliver(
        _ notice: Notice, _ settings: NotificationSettings, on eventLoop: any EventLoop,
        network: UpstreamNetwork = UpstreamNetwork(), patience: Duration = .seconds(20),
        firstPause: Milliseconds = .seconds(1), now: @escaping @Sendable () -> Timestamp
    ) async throws -> [ToldNotice.Delivery] {
        // What becomes of it is the answer, and nothing else is to be told of it.
        let silent = Logger(label: "tuppence", factory: { _ in SwiftLogNoOpLogHandler() })
        let dispatcher = try await start(
            settings, on: eventLoop, logger: silent, network: network, firstPause: firstPause, now: now)
        dispatcher.post(notice)
        await dispatcher.waitForDeliveries(patience: patience)
        await dispatcher.stop()
        return await dispatcher.told().first?.deliveries ?? []
    }
}
