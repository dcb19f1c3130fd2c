import NIOCore
import NIOEmbedded
import Testing

@testable import Tuppence
@testable import TuppenceGateway

@Suite("Calls whose connection breaks")
struct InterruptionTests {
    private struct Fault: Error, CustomStringConvertible {
        let description = "the wire was cut"
    }

    @Test("tell what it failed of")
    func cause() async throws {
        let channel = NIOAsyncTestingChannel()
        let made = CallParts.makeSequence(
            elementType: CallPart.self, backPressureStrategy: .init(lowWatermark: 4, highWatermark: 32),
            finishOnDeinit: false, delegate: CallReading(channel: channel))
        let (source, parts) = (made.source, made.sequence)
        try await channel.testingEventLoop.executeInContext {
            try channel.pipeline.syncOperations.addHandler(CallHandler(source))
            channel.pipeline.fireErrorCaught(Fault())
        }
        // The channel has been closed; its handlers are let go of a turn later.
        await channel.testingEventLoop.run()
        let error = await #expect(throws: CallInterrupted.self) { _ = try await parts.makeAsyncIterator().next() }
        #expect(error?.cause is Fault)
        let told = TuppenceError.interrupted(error ?? CallInterrupted())
        #expect(told.code == .shuttingDown && told.message.hasSuffix(" (the wire was cut)."))
        #expect(!TuppenceError.interrupted().message.contains("("))
    }
}
