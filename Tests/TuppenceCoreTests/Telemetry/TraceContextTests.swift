import Testing

@testable import TuppenceCore

@Suite("W3C Trace Context")
struct TraceContextTests {
    private func read(_ text: String) -> TraceContext? {
        Array(text.utf8).withUnsafeBytes { TraceContext(traceparent: $0) }
    }

    @Test("a traceparent is read as the recommendation writes it")
    func sound() throws {
        let context = try #require(read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
        #expect(context.high == 0x4BF9_2F35_77B3_4DA6 && context.low == 0xA3CE_929D_0E0E_4736)
        #expect(context.parent == 0x00F0_67AA_0BA9_02B7 && context.isSampled)
        #expect(read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")?.isSampled == false)
        // Flags that are not known yet change nothing, and a later version may have more.
        #expect(read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff")?.isSampled == true)
        #expect(read("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more") != nil)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
            "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
            "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ])
    func unsound(text: String) { #expect(read(text) == nil) }

    @Test("a trace that begins here has its request's id, and every attempt has a span of its own")
    func ofRequest() {
        let id = RequestID(high: 1, low: 2)
        let context = TraceContext(of: id)
        #expect(context.high == 1 && context.low == 2 && context.parent == nil && context.isSampled)
        let spans = (0...50).map { id.span(ofAttempt: $0) } + [RequestID(high: 1, low: 3).span()]
        #expect(Set(spans).count == spans.count && !spans.contains(0))
        #expect(id.span() == id.span(ofAttempt: 0))
    }

    @Test("those who are asked on behalf of a span are told its trace, itself, and whether it is recorded")
    func told() throws {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let context = try #require(read(text))
        #expect(context.traceparent(from: 0xAB) == "00-4bf92f3577b34da6a3ce929d0e0e4736-00000000000000ab-01")
        #expect(context.traceparent(from: 0x00F0_67AA_0BA9_02B7) == text)
        let unrecorded = try #require(read(String(text.dropLast() + "0")))
        #expect(unrecorded.traceparent(from: .max).hasSuffix("-ffffffffffffffff-00"))
        let own = TraceContext(of: Self.id)
        #expect(own.traceparent(from: 1) == "00-00000000000000010000000000000002-0000000000000001-01")
        #expect(read(own.traceparent(from: 7))?.parent == 7)
    }

    @Test("what nobody fetches is bounded, and counted")
    func buffer() {
        var buffer = TelemetryBuffer()
        let record = TelemetryRecord.attempt(
            .expired(Self.hold, at: Timestamp(milliseconds: 1)), TraceContext(of: Self.id))
        for _ in 0..<TelemetryBuffer.capacity + 3 { buffer.add(record) }
        let first = buffer.take()
        #expect(first.records.count == TelemetryBuffer.capacity && first.dropped == 3)
        buffer.add(record)
        let second = buffer.take()
        #expect(second.records.count == 1 && second.dropped == 0)
    }

    private static let id = RequestID(high: 1, low: 2)
    private static let hold = OpenHold(
        attempt: AttemptID(request: id, number: 1), amount: .zero, price: .zero, accounts: [],
        expiresAt: Timestamp(milliseconds: 0), target: Target(provider: "p", model: "m"),
        attribution: Attribution(key: "k", endpoint: "chat/completions"))
}
