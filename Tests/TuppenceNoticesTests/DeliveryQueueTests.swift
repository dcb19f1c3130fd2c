import Testing
import TuppenceCore

@testable import TuppenceNotices

@Suite("What is to be delivered, and when")
struct DeliveryQueueTests {
    private var random = RandomSource(seed: 7)
    private let start = Timestamp(seconds: 1_800_000_000)
    private let address = WebhookAddress("https://one.example/x")!
    private let other = WebhookAddress("https://two.example/x")!

    private mutating func message(_ text: String = "m") -> NoticeMessage {
        NoticeMessage(Notice(kind: .loopSlowed, at: start, message: text), using: &random)
    }

    private func take(from queue: inout DeliveryQueue, at now: Timestamp) throws -> Delivery {
        let delivery = queue.takeDue(at: now)
        return try #require(delivery)
    }

    @Test("what is delivered is done")
    mutating func delivered() throws {
        var queue = DeliveryQueue(capacity: 10)
        _ = queue.add(message(), to: address, at: start)
        let delivery = try take(from: &queue, at: start)
        let again = queue.takeDue(at: start)
        #expect(again == nil, "nothing is under way twice")
        guard case .done = queue.conclude(delivery, .delivered, at: start, using: &random) else {
            Issue.record("not done")
            return
        }
        #expect(queue.count == 0)
        #expect(queue.nextDue == nil)
    }

    @Test("after a failure it is tried again, four times as late each time, and given up after eight tries")
    mutating func backoff() throws {
        var queue = DeliveryQueue(capacity: 10)
        _ = queue.add(message(), to: address, at: start)
        var now = start
        for number in 1...8 {
            let delivery = try take(from: &queue, at: now)
            #expect(delivery.tries == number)
            let conclusion = queue.conclude(
                delivery, .failed("status 500", retryAfter: nil), at: now, using: &random)
            switch conclusion {
            case .again(let due):
                #expect(number < 8)
                let middle = Int64(2_000) << Int64(2 * (number - 1))
                #expect((middle * 3 / 4...middle * 5 / 4).contains((due - now).count))
                #expect(queue.nextDue == due)
                let early = queue.takeDue(at: Timestamp(milliseconds: due.milliseconds - 1))
                #expect(early == nil)
                now = due
            case .givenUp: #expect(number == 8)
            default: Issue.record("\(conclusion)")
            }
        }
        #expect(queue.count == 0)
        #expect((now - start).count < 4 * 3_600_000, "some hours at most")
    }

    @Test("a receiver that says when is not tried before, but within the hour")
    mutating func retryAfter() throws {
        for (wish, least) in [(Milliseconds.seconds(100), Int64(100_000)), (.seconds(80_000), 3_600_000)] {
            var queue = DeliveryQueue(capacity: 10)
            _ = queue.add(message(), to: address, at: start)
            let delivery = try take(from: &queue, at: start)
            _ = queue.conclude(delivery, .failed("status 429", retryAfter: wish), at: start, using: &random)
            #expect(queue.nextDue.map { ($0 - start).count } == least)
        }
    }

    @Test("410 ends all there is for an address and all that comes, until the configuration is read again")
    mutating func gone() throws {
        var queue = DeliveryQueue(capacity: 10)
        for _ in 0..<3 { _ = queue.add(message(), to: address, at: start) }
        _ = queue.add(message(), to: other, at: start)
        let delivery = try take(from: &queue, at: start)
        guard case .gone(let others) = queue.conclude(delivery, .gone, at: start, using: &random) else {
            Issue.record("not gone")
            return
        }
        #expect(others.count == 2)
        #expect(queue.waiting.map(\.address) == [other])
        _ = queue.add(message(), to: address, at: start)
        #expect(queue.count == 1)
        queue.forgetGone()
        _ = queue.add(message(), to: address, at: start)
        #expect(queue.count == 2)
    }

    @Test("beyond its capacity the oldest that is not under way makes room")
    mutating func bounded() throws {
        var queue = DeliveryQueue(capacity: 3)
        let messages = (0..<4).map { _ in message() }
        for message in messages[..<3] {
            let dropped = queue.add(message, to: address, at: start)
            #expect(dropped == nil)
        }
        _ = try take(from: &queue, at: start)
        let made = queue.add(messages[3], to: address, at: start)
        let dropped = try #require(made)
        #expect(dropped.message.id == messages[1].id)
        #expect(queue.count == 3)
    }

    @Test("two tries of an address may be under way at once, and others do not wait for them")
    mutating func inFlight() throws {
        var queue = DeliveryQueue(capacity: 10)
        for _ in 0..<3 { _ = queue.add(message(), to: address, at: start) }
        _ = queue.add(message(), to: other, at: start)
        let taken = (0..<4).compactMap { _ in queue.takeDue(at: start)?.address }
        #expect(taken == [address, address, other])
        #expect(queue.nextDue == nil, "the third waits for an end, not for the time")
    }

    @Test("a try that ends, however it ends, makes room for the next of its address", arguments: [0, 1, 2, 3])
    mutating func room(after ending: Int) throws {
        var queue = DeliveryQueue(capacity: 5)
        for _ in 0..<5 { _ = queue.add(message(), to: address, at: start) }
        let first = try take(from: &queue, at: start)
        _ = try take(from: &queue, at: start)
        switch ending {
        case 0: _ = queue.conclude(first, .delivered, at: start, using: &random)
        case 1: _ = queue.conclude(first, .failed("", retryAfter: nil), at: start, using: &random)
        case 2: _ = queue.conclude(first, .failed("", retryAfter: nil), at: start, isLast: true, using: &random)
        default:
            // Gone, until the configuration is read again.
            _ = queue.conclude(first, .gone, at: start, using: &random)
            queue.forgetGone()
            for _ in 0..<2 { _ = queue.add(message(), to: address, at: start) }
            _ = try take(from: &queue, at: start)
        }
        _ = try take(from: &queue, at: start)
        let more = queue.takeDue(at: start)
        #expect(more == nil)
    }

    @Test("one that is dropped while it is under way counts no longer")
    mutating func dropped() throws {
        var queue = DeliveryQueue(capacity: 2)
        for _ in 0..<2 { _ = queue.add(message(), to: address, at: start) }
        for _ in 0..<2 { _ = try take(from: &queue, at: start) }
        _ = queue.add(message(), to: address, at: start)
        _ = try take(from: &queue, at: start)
        let more = queue.takeDue(at: start)
        #expect(more == nil)
    }

    @Test("a thousand that wait for their address are each looked at once")
    mutating func linear() throws {
        var queue = DeliveryQueue(capacity: 1_000)
        for _ in 0..<1_000 { _ = queue.add(message(), to: address, at: start) }
        let waiting = Counted(queue.waiting)
        let busy = [address: DeliveryQueue.maximumInFlight]
        #expect(DeliveryQueue.firstDue(among: waiting, inFlight: busy, at: start) == nil)
        #expect(waiting.looks == 1_000)
        #expect(DeliveryQueue.nextDue(among: waiting, inFlight: busy) == nil)
        #expect(waiting.looks == 2_000)
        #expect(DeliveryQueue.firstDue(among: waiting, inFlight: [address: 1], at: start) == 0)
        #expect(waiting.looks == 2_001)
    }

    @Test("at the end everything is due once more, and nothing after it")
    mutating func ending() throws {
        var queue = DeliveryQueue(capacity: 10)
        _ = queue.add(message(), to: address, at: start)
        var delivery = try take(from: &queue, at: start)
        _ = queue.conclude(delivery, .failed("status 500", retryAfter: nil), at: start, using: &random)
        queue.hasten(at: start)
        delivery = try take(from: &queue, at: start)
        let last = queue.conclude(
            delivery, .failed("status 500", retryAfter: nil), at: start, isLast: true, using: &random)
        guard case .givenUp = last else {
            Issue.record("\(last)")
            return
        }
        #expect(queue.count == 0)
    }
}

/// Deliveries, and how often one of them has been looked at.
private final class Counted: Collection {
    private let deliveries: [Delivery]
    private(set) var looks = 0

    init(_ deliveries: [Delivery]) { self.deliveries = deliveries }

    var startIndex: Int { 0 }
    var endIndex: Int { deliveries.count }
    func index(after index: Int) -> Int { index + 1 }
    subscript(index: Int) -> Delivery {
        looks += 1
        return deliveries[index]
    }
}
