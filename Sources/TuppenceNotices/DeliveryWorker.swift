import Logging
import NIOCore
import TuppenceCore
import TuppenceUpstream

/// Carries out what the queue says, on one event loop: posts what is due, and wakes up for what will be.
final class DeliveryWorker {
    private let eventLoop: any EventLoop
    private let pool: UpstreamPool
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private var settings: NotificationSettings
    private var queue: DeliveryQueue
    private var posts: [Int: WebhookPost] = [:]
    private var random = RandomSource(seed: .random(in: .min ... .max))
    private var timer: Scheduled<Void>?
    private var saidUnsigned = false
    private var isStopping = false
    private var isClosed = false
    private var counts = NoticeDispatcher.Figures()
    private var log = NoticeLog(capacity: NoticeDispatcher.mostTold)

    init(
        _ settings: NotificationSettings, eventLoop: any EventLoop, logger: Logger, network: UpstreamNetwork,
        queue: DeliveryQueue, now: @escaping @Sendable () -> Timestamp
    ) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.logger = logger
        self.now = now
        self.queue = queue
        pool = UpstreamPool(eventLoop: eventLoop, network: network)
        if !settings.addresses.isEmpty { sayIfUnsigned() }
    }

    var figures: NoticeDispatcher.Figures {
        var figures = counts
        figures.waiting = queue.count
        return figures
    }

    /// What was told of late, the newest first.
    var told: [ToldNotice] { log.notices }

    func replace(with settings: NotificationSettings) {
        self.settings = settings
        saidUnsigned = false
        queue.forgetGone()
        if !settings.addresses.isEmpty { sayIfUnsigned() }
    }

    private func sayIfUnsigned() {
        guard settings.secret == nil, !saidUnsigned else { return }
        saidUnsigned = true
        logger.warning(
            "notices are posted unsigned, so their receivers can't tell who they are from; set notifications.secret")
    }

    // MARK: Taking in

    func add(_ message: NoticeMessage, to destinations: [String]) {
        log.add(message)
        let own = destinations.compactMap { text in
            let address = WebhookAddress(text)
            if address == nil {
                logger.error("a notice has an address that is no URL", metadata: ["notice": "\(message.id)"])
            }
            return address
        }
        let addresses = destinations.isEmpty ? settings.addresses : own
        guard !addresses.isEmpty else { return }
        guard !isClosed else { return lost(message, "the gateway has stopped") }
        sayIfUnsigned()
        for (index, address) in addresses.enumerated() where !addresses[..<index].contains(address) {
            log.note(message, to: address, queue.isGone(address) ? Self.unwanted : .waiting(tries: 0, why: nil))
            guard let dropped = queue.add(message, to: address, at: now()) else { continue }
            counts.dropped += 1
            posts.removeValue(forKey: dropped.number)?.cancel()
            lost(dropped.message, "too many are waiting", to: dropped.address)
        }
        proceed()
    }

    private static let unwanted = ToldNotice.Delivery.State.failed("it wants no more notices (410)")

    private func lost(_ message: NoticeMessage, _ why: String, to address: WebhookAddress? = nil) {
        if let address { log.note(message, to: address, .failed(why)) }
        var metadata: Logger.Metadata = [
            "notice": "\(message.id)", "type": "\(message.kind.rawValue)", "why": "\(why)",
        ]
        if let address { metadata["to"] = "\(address.origin)" }
        logger.warning("a notice was not delivered", metadata: metadata)
    }

    // MARK: Delivering

    private func proceed() {
        guard !isClosed else { return }
        while let delivery = queue.takeDue(at: now()) { post(delivery) }
        timer?.cancel()
        timer = nil
        guard let due = queue.nextDue else { return }
        let pause = TimeAmount.milliseconds(max(1, (due - now()).count))
        timer = eventLoop.assumeIsolated().scheduleTask(in: pause) { self.proceed() }
    }

    private func post(_ delivery: Delivery) {
        let time = now()
        let post = WebhookPost(eventLoop) { outcome in self.ended(delivery, outcome) }
        posts[delivery.number] = post
        post.send(
            delivery, signature: settings.secret.map { delivery.message.signature(at: time, secret: $0) }, at: time,
            through: pool)
    }

    private func ended(_ delivery: Delivery, _ outcome: DeliveryOutcome) {
        posts[delivery.number] = nil
        let conclusion = queue.conclude(delivery, outcome, at: now(), isLast: isStopping, using: &random)
        switch conclusion {
        case .done:
            counts.delivered += 1
            log.note(delivery.message, to: delivery.address, .delivered)
        case .again(let due):
            guard case .failed(let why, _) = outcome else { break }
            log.note(delivery.message, to: delivery.address, .waiting(tries: delivery.tries, why: why))
            logger.info(
                "a notice is tried again",
                metadata: [
                    "notice": "\(delivery.message.id)", "to": "\(delivery.address.origin)", "why": "\(why)",
                    "tries": "\(delivery.tries)", "next": "\(due.iso8601)",
                ])
        case .givenUp:
            counts.failed += 1
            if case .failed(let why, _) = outcome {
                lost(delivery.message, "\(why), after \(delivery.tries) tries", to: delivery.address)
            }
        case .gone(let others):
            for other in others { posts.removeValue(forKey: other.number)?.cancel() }
            for one in others + [delivery] { log.note(one.message, to: one.address, Self.unwanted) }
            counts.failed += others.count + 1
            logger.warning(
                "an address wants no more notices (410) and gets none until the configuration is read again",
                metadata: ["to": "\(delivery.address.origin)", "undelivered": "\(others.count + 1)"])
        }
        // Not from within: one that failed at once leads back here.
        eventLoop.assumeIsolated().execute { self.proceed() }
    }

    // MARK: Ending

    /// One last try for everything.
    func hurry() {
        isStopping = true
        queue.hasten(at: now())
        proceed()
    }

    func close() {
        isClosed = true
        timer?.cancel()
        for post in posts.values { post.cancel() }
        posts = [:]
        for delivery in queue.waiting {
            lost(delivery.message, "it was not answered before the end", to: delivery.address)
        }
        pool.close()
    }
}
