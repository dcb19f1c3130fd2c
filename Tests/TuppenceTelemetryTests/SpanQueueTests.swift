import Testing
import TuppenceCore

@testable import TuppenceTelemetry

@Suite("Spans on their way to a collector")
struct SpanQueueTests {
    private static let start = Timestamp(milliseconds: 1_000_000)

    private func spans(_ count: Int) -> [Span] {
        (0..<count).map { number in
            Span(
                trace: TraceContext(of: RequestID(high: 1, low: 2)), id: UInt64(number + 1), parent: nil,
                name: "chat m",
                kind: .client, startNanoseconds: 1, endNanoseconds: 2, attributes: [])
        }
    }

    @Test(
        "batches leave one at a time and in order, and nothing is lost or sent twice",
        arguments: [1, 511, 512, 513, 2_000])
    func batches(count: Int) {
        var queue = SpanQueue()
        #expect(queue.add(spans(count)) == 0)
        var sent: [UInt64] = []
        while let batch = queue.takeDue(at: Self.start) {
            #expect(batch.count <= SpanQueue.batchSize)
            #expect(queue.takeDue(at: Self.start) == nil, "one is under way")
            sent += batch.map(\.id)
            queue.arrived()
        }
        #expect(sent == Array(1...UInt64(count)) && queue.count == 0)
    }

    @Test("what there is no room for is counted, and what waits stays")
    func bounds() {
        var queue = SpanQueue()
        #expect(queue.add(spans(SpanQueue.capacity - 1)) == 0)
        #expect(queue.add(spans(5)) == 4)
        _ = queue.takeDue(at: Self.start)
        #expect(queue.add(spans(1)) == 1, "what is under way takes its room")
        #expect(queue.count == SpanQueue.capacity)
        #expect(queue.clear() == SpanQueue.capacity && queue.count == 0)
    }

    @Test("a batch that failed is tried again after 1, 2, 4 and 8 seconds, and then given up")
    func tries() {
        var queue = SpanQueue()
        _ = queue.add(spans(3))
        var now = Self.start
        for pause in [1, 2, 4, 8] as [Int64] {
            #expect(queue.takeDue(at: now)?.count == 3)
            #expect(queue.failed(retryAfter: nil, isLast: false, at: now) == 0)
            #expect(queue.takeDue(at: now + Milliseconds(pause * 1_000 - 1)) == nil)
            now = now + .seconds(pause)
        }
        #expect(queue.takeDue(at: now)?.count == 3)
        #expect(queue.failed(retryAfter: nil, isLast: false, at: now) == 3)
        #expect(queue.count == 0 && queue.takeDue(at: now + .seconds(600)) == nil)
    }

    @Test("a collector may ask for more time, a minute at the most; a refusal is final")
    func wishes() {
        var queue = SpanQueue()
        _ = queue.add(spans(1))
        _ = queue.takeDue(at: Self.start)
        #expect(queue.failed(retryAfter: .seconds(600), isLast: false, at: Self.start) == 0)
        #expect(queue.takeDue(at: Self.start + .seconds(59)) == nil)
        #expect(queue.takeDue(at: Self.start + .seconds(60)) != nil)
        #expect(queue.failed(retryAfter: nil, isLast: true, at: Self.start) == 1)
    }
}
