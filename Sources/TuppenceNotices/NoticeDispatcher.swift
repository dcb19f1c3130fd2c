import Logging
import NIOCore
import Synchronization
import TuppenceCore
import TuppenceUpstream

/// Logs notices and delivers them by webhook, each at least once for as long as the process lives.
///
/// Whoever posts one waits for nothing: it is taken to an event loop of the dispatcher's, and from there to its addresses.
public final class NoticeDispatcher: NoticeSink {
    private let eventLoop: any EventLoop
    private let worker: NIOLoopBound<DeliveryWorker>
    private let logger: Logger
    private let random = Mutex(RandomSource(seed: .random(in: .min ... .max)))
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - network: how they are reached, and who vouches for them.
    ///   - capacity: notices that may wait, once for each address; beyond it the oldest is dropped.
    ///   - firstPause: from the first try to the second, about; each further one is four times as long.
    public static func start(
        _ settings: NotificationSettings, on eventLoop: any EventLoop, logger: Logger,
        network: UpstreamNetwork = UpstreamNetwork(),
        capacity: Int = 1_000, firstPause: Milliseconds = .seconds(2), now: @escaping @Sendable () -> Timestamp
    ) async throws -> NoticeDispatcher {
        let queue = DeliveryQueue(capacity: capacity, firstPause: firstPause)
        let worker = try await eventLoop.submit {
            NIOLoopBound(
                DeliveryWorker(
                    settings, eventLoop: eventLoop, logger: logger, network: network, queue: queue, now: now),
                eventLoop: eventLoop)
        }.get()
        return NoticeDispatcher(worker, eventLoop, logger, now)
    }

    private init(
        _ worker: NIOLoopBound<DeliveryWorker>, _ eventLoop: any EventLoop, _ logger: Logger,
        _ now: @escaping @Sendable () -> Timestamp
    ) {
        self.worker = worker
        self.eventLoop = eventLoop
        self.logger = logger
        self.now = now
    }

    public func post(_ notice: Notice) {
        let message = random.withLock { NoticeMessage(notice, using: &$0) }
        logger.warning("\(notice.message)", metadata: ["notice": "\(message.id)", "type": "\(notice.kind.rawValue)"])
        let destinations = notice.destinations
        eventLoop.execute { self.worker.value.add(message, to: destinations) }
    }

    /// Puts other settings in force; what waits already goes where it was going. Addresses that wanted no more are tried
    /// again.
    public func replace(with settings: NotificationSettings) {
        eventLoop.execute { self.worker.value.replace(with: settings) }
    }

    /// What there was of notices so far.
    public func figures() async -> Figures {
        (try? await eventLoop.submit { self.worker.value.figures }.get()) ?? Figures()
    }

    /// How many notices are remembered.
    public static let mostTold = 500

    /// The latest notices of this process, the newest first.
    public func told() async -> [ToldNotice] {
        (try? await eventLoop.submit { self.worker.value.told }.get()) ?? []
    }

    public struct Figures: Hashable, Sendable {
        public var delivered = 0
        /// Given up after the last try, or because the address wanted no more.
        public var failed = 0
        /// Given up for want of room.
        public var dropped = 0
        public var waiting = 0
    }

    /// Tries what waits once more, and lets go of what has not been delivered within `patience`.
    public func stop(patience: Duration = .seconds(3)) async {
        eventLoop.execute { self.worker.value.hurry() }
        await waitForDeliveries(patience: patience)
        eventLoop.execute { self.worker.value.close() }
    }

    func waitForDeliveries(patience: Duration) async {
        await eventLoop.wait(until: { await self.figures().waiting == 0 }, for: patience)
    }
}
