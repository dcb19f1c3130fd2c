import Logging
import NIOCore
import TuppenceCore
import TuppenceUpstream

/// Sends traces and metrics to a collector over OTLP/HTTP: https://opentelemetry.io/docs/specs/otlp (1.10, read 2026-11-27).
///
/// Nobody waits for it. What a collector that is slow or gone does not take is kept within bounds, and dropped and counted
/// beyond them.
package final class TelemetryExporter: Sendable {
    /// Has what there is to tell delivered, from each of those who have something, on any thread. Done once all have told.
    package typealias Fetch =
        @Sendable (@escaping @Sendable ([TelemetryRecord], UInt64) -> Void) -> EventLoopFuture<Void>

    package struct Figures: Hashable, Sendable {
        package var sentSpans = 0
        package var droppedSpans = 0
        package var failedPosts = 0
    }

    private let eventLoop: any EventLoop
    private let worker: NIOLoopBound<ExportWorker>

    private init(_ eventLoop: any EventLoop, _ worker: NIOLoopBound<ExportWorker>) {
        self.eventLoop = eventLoop
        self.worker = worker
    }

    /// - Parameter network: how collectors are reached, and who vouches for them.
    package static func start(
        on eventLoop: any EventLoop, network: UpstreamNetwork, version: String, logger: Logger, fetch: @escaping Fetch,
        now: @escaping @Sendable () -> Timestamp
    ) async throws -> TelemetryExporter {
        let worker = try await eventLoop.submit {
            NIOLoopBound(
                ExportWorker(
                    eventLoop: eventLoop, network: network, version: version, logger: logger, fetch: fetch,
                    now: now),
                eventLoop: eventLoop)
        }.get()
        return TelemetryExporter(eventLoop, worker)
    }

    /// - Parameters:
    ///   - settings: nil where nothing is to be sent.
    ///   - addresses: where providers are, by name.
    ///   - models: the names of models and routes that are not callers' own.
    package func replace(
        with settings: TelemetrySettings?, _ addresses: [String: ProviderAddress], listing models: Set<String> = []
    ) {
        eventLoop.execute { self.worker.value.replace(with: settings, addresses, listing: models) }
    }

    package func figures() async -> Figures {
        (try? await eventLoop.submit { self.worker.value.figures }.get()) ?? Figures()
    }

    /// Sends what there still is, and lets go of what has not arrived within `patience`.
    package func stop(patience: Duration = .seconds(2)) async {
        eventLoop.execute { self.worker.value.hurry() }
        await eventLoop.wait(until: { await self.isIdle() }, for: patience)
        eventLoop.execute { self.worker.value.close() }
    }

    private func isIdle() async -> Bool { (try? await eventLoop.submit { self.worker.value.isIdle }.get()) ?? true }
}
