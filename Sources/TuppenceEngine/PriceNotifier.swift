import Synchronization
import TuppenceCore

/// Makes known where prices are wrong, as far as settlements show it, after they are durable.
public final class PriceNotifier: Sendable {
    private let sink: any NoticeSink
    private let card: @Sendable (Target) -> RateCard?
    private let watch = Mutex(PriceWatch())

    /// - Parameter card: the prices of a target, as they are in force.
    public init(_ sink: any NoticeSink, card: @escaping @Sendable (Target) -> RateCard?) {
        self.sink = sink
        self.card = card
    }

    func settled(_ entry: LedgerEntry) {
        guard PriceWatch.concerns(entry) else { return }
        let card = card(entry.target)
        for notice in watch.withLock({ $0.notices(of: entry, card: card) }) { sink.post(notice) }
    }
}
