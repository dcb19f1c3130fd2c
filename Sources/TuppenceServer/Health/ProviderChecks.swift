import NIOCore
import TuppenceCore
import TuppenceUpstream

/// Asks providers at intervals whether they are there, apart from all requests and over connections of its own, and tells
/// the board. Nothing of it is held for or billed: it is one small question, and generates nothing.
///
/// Touched on its event loop only.
final class ProviderChecks {
    private let eventLoop: any EventLoop
    private let pool: UpstreamPool
    private let board: HealthBoard
    private let notices: (any NoticeSink)?
    private var checks: [String: ProviderCheck] = [:]

    init(eventLoop: any EventLoop, network: UpstreamNetwork, board: HealthBoard, notices: (any NoticeSink)?) {
        self.eventLoop = eventLoop
        self.board = board
        self.notices = notices
        pool = UpstreamPool(eventLoop: eventLoop, network: network)
    }

    /// Checks `providers`, as far as they are to be checked, and no others.
    func watch(_ providers: some Collection<ConnectedProvider>) {
        let wanted = Dictionary(
            providers.compactMap { provider in provider.health.map { (provider.provider.id, (provider, $0)) } },
            uniquingKeysWith: { first, _ in first })
        for (id, check) in checks where wanted[id].map({ !check.isOf($0.0) }) ?? true {
            checks[id] = nil
            check.stop()
            board.checkEnded(id)
        }
        for (id, (provider, settings)) in wanted where checks[id] == nil {
            let check = ProviderCheck(provider, settings, on: eventLoop, through: pool) { [weak self] verdict in
                self?.found(verdict, of: id)
            }
            checks[id] = check
            check.begin()
        }
    }

    func stop() {
        for check in checks.values { check.stop() }
        checks = [:]
        pool.close()
    }

    private func found(_ verdict: ProviderCheck.Verdict, of id: String) {
        let now = WallClock.now
        switch verdict {
        case .there: board.checkPassed(id, at: now)
        case .gone: board.checkFailed(id)
        }
        guard let check = checks[id], check.isNews(verdict) else { return }
        notices?.post(Notice(check: id, verdict, at: now))
    }
}
