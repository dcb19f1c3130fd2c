import NIOCore
import TuppenceCore

/// Copies of a request for the shadows of its route.
extension ExchangeDriver {
    /// Has copies of the request sent, once, behind what the loop has to do for callers.
    func copy(to shadows: [Shadow]) {
        experiment = nil
        for shadow in shadows {
            guard let pass = shadow.admit(exchange.request.id), !loop.isDraining else { continue }
            isCopied = true
            let (pending, endpoint, snapshot, loop, model) = (pending, request.endpoint, snapshot, loop, request.model)
            loop.eventLoop.assumeIsolated().execute {
                // A request that no target of the shadow can take is not copied.
                guard let named = try? snapshot.route(for: model),
                    let driver = try? ExchangeDriver(
                        copying: pending, endpoint: endpoint, for: pass, named: named, snapshot: snapshot, loop: loop)
                else { return }
                driver.begin()
            }
        }
    }
}
