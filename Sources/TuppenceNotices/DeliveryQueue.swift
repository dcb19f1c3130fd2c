import TuppenceCore

/// One notice on its way to one address.
struct Delivery: Sendable {
    let number: Int
    let message: NoticeMessage
    let address: WebhookAddress
    /// Tries that have begun.
    fileprivate(set) var tries = 0
    fileprivate var due: Timestamp
    fileprivate var isInFlight = false
}

/// How a try ended.
enum DeliveryOutcome: Hashable, Sendable {
    case delivered
    /// 410: the address wants no more of them.
    case gone
    /// - Parameter retryAfter: how long the receiver wants to be left alone.
    case failed(String, retryAfter: Milliseconds?)
}

/// What is to be delivered and when: bounded, and without a clock or a socket.
struct DeliveryQueue {
    /// What becomes of a delivery after a try.
    enum Conclusion {
        case done
        case again(at: Timestamp)
        case givenUp
        /// With it goes what else there was for that address.
        case gone(others: [Delivery])
    }

    static let maximumTries = 8
    /// Tries of the same address that may be under way at once: one that hangs must not hold up the others.
    static let maximumInFlight = 2

    private let capacity: Int
    private let firstPause: Milliseconds
    private var deliveries: [Delivery] = []
    /// How many tries are under way to each address that has any.
    private var inFlight: [WebhookAddress: Int] = [:]
    private var gone: Set<WebhookAddress> = []
    private var lastNumber = 0

    /// - Parameter firstPause: from the first try to the second, about; each further one is four times as long.
    init(capacity: Int, firstPause: Milliseconds = .seconds(2)) {
        precondition(capacity > 0, "a queue of no places")
        precondition((1...60_000).contains(firstPause.count), "a pause of \(firstPause.count) ms")
        self.capacity = capacity
        self.firstPause = firstPause
    }

    var count: Int { deliveries.count }
    var waiting: [Delivery] { deliveries }

    /// Whether `address` wanted no more.
    func isGone(_ address: WebhookAddress) -> Bool { gone.contains(address) }

    /// Forgets which addresses wanted no more.
    mutating func forgetGone() { gone = [] }

    /// Takes in a message for one address, unless that wants no more.
    ///
    /// - Returns: the delivery that was given up to make room, if one was: the oldest that is not under way.
    mutating func add(_ message: NoticeMessage, to address: WebhookAddress, at now: Timestamp) -> Delivery? {
        guard !gone.contains(address) else { return nil }
        var dropped: Delivery?
        if deliveries.count >= capacity {
            dropped = remove(at: deliveries.firstIndex { !$0.isInFlight } ?? 0)
        }
        lastNumber += 1
        deliveries.append(Delivery(number: lastNumber, message: message, address: address, due: now))
        return dropped
    }

    /// The next one that is to be tried now, from then on under way.
    mutating func takeDue(at now: Timestamp) -> Delivery? {
        guard let index = Self.firstDue(among: deliveries, inFlight: inFlight, at: now) else { return nil }
        deliveries[index].isInFlight = true
        deliveries[index].tries += 1
        inFlight[deliveries[index].address, default: 0] += 1
        return deliveries[index]
    }

    /// When there will be something to try, as far as it depends on time alone.
    var nextDue: Timestamp? { Self.nextDue(among: deliveries, inFlight: inFlight) }

    /// Looks at each delivery once at the most.
    static func firstDue<Deliveries: Collection<Delivery>>(
        among deliveries: Deliveries, inFlight: [WebhookAddress: Int], at now: Timestamp
    ) -> Deliveries.Index? {
        deliveries.firstIndex { $0.due <= now && mayBegin($0, inFlight) }
    }

    static func nextDue(among deliveries: some Sequence<Delivery>, inFlight: [WebhookAddress: Int]) -> Timestamp? {
        deliveries.lazy.filter { mayBegin($0, inFlight) }.map(\.due).min()
    }

    private static func mayBegin(_ delivery: Delivery, _ inFlight: [WebhookAddress: Int]) -> Bool {
        !delivery.isInFlight && inFlight[delivery.address, default: 0] < maximumInFlight
    }

    private mutating func remove(at index: Int) -> Delivery {
        let delivery = deliveries.remove(at: index)
        if delivery.isInFlight { end(delivery) }
        return delivery
    }

    /// One try less is under way.
    private mutating func end(_ delivery: Delivery) {
        let others = inFlight[delivery.address, default: 1] - 1
        inFlight[delivery.address] = others > 0 ? others : nil
    }

    /// Books how a try ended.
    ///
    /// - Parameter isLast: whether there are no further tries at all: the gateway is stopping.
    mutating func conclude(
        _ delivery: Delivery, _ outcome: DeliveryOutcome, at now: Timestamp, isLast: Bool = false,
        using random: inout some RandomNumberGenerator
    ) -> Conclusion {
        // It may have been dropped for want of room meanwhile.
        let index = deliveries.firstIndex { $0.number == delivery.number }
        switch outcome {
        case .delivered:
            if let index { _ = remove(at: index) }
            return .done
        case .gone:
            gone.insert(delivery.address)
            let others = deliveries.filter { $0.address == delivery.address && $0.number != delivery.number }
            deliveries.removeAll { $0.address == delivery.address }
            inFlight[delivery.address] = nil
            return .gone(others: others)
        case .failed(_, let retryAfter):
            guard let index else { return .givenUp }
            guard delivery.tries < Self.maximumTries, !isLast else {
                _ = remove(at: index)
                return .givenUp
            }
            let pause = pause(after: delivery.tries, using: &random)
            let wanted = retryAfter.map { min($0, Self.longestWish) } ?? Milliseconds(0)
            deliveries[index].isInFlight = false
            end(delivery)
            deliveries[index].due = now + max(pause, wanted)
            return .again(at: deliveries[index].due)
        }
    }

    /// Makes everything that waits due at once: there will be no later.
    mutating func hasten(at now: Timestamp) {
        for index in deliveries.indices { deliveries[index].due = min(deliveries[index].due, now) }
    }

    private static let longestWish = Milliseconds.seconds(3_600)

    /// 2 s, 8 s, 32 s and so on up to 2¼ hours, a quarter more or less, so that a receiver that was down is not hit by
    /// all at once. Eight tries take about three hours.
    private func pause(after tries: Int, using random: inout some RandomNumberGenerator) -> Milliseconds {
        let middle = firstPause.count << Int64(2 * (tries - 1))
        return Milliseconds(.random(in: (middle - middle / 4)...(middle + middle / 4), using: &random))
    }
}
