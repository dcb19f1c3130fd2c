import NIOCore
import TuppenceCore
import TuppenceDialects

/// Who answers a request that has been read.
extension ClientConnection {
    func finishRequest() {
        guard case .body(let request) = phase else { return }
        phase = .answering
        phaseSince = loop.now
        lastProgress = phaseSince
        switch request.purpose {
        case .answer(let answer): send(answer)
        case .generate(let endpoint, let key, let snapshot):
            do {
                if let answers = snapshot.idempotentAnswers, !endpoint.isCount,
                    let once = try IdempotentRequest(request, endpoint: endpoint, key: key)
                {
                    let driver = IdempotencyDriver(
                        try answers.claim(once), request, endpoint: endpoint, key: key, snapshot: snapshot,
                        client: self)
                    self.driver = driver
                    return driver.begin()
                }
            } catch {
                return refuse(request, error)
            }
            answer(endpoint, request, key: key, snapshot: snapshot)
        case .response(let call, let key, let snapshot):
            begin(StoredResponseDriver(.show(call), key: key, snapshot: snapshot, client: self))
        case .feedback(let key):
            do {
                let driver = try FeedbackDriver(request, key: key, client: self)
                self.driver = driver
                driver.begin()
            } catch {
                refuse(request, error)
            }
        case .quote(let key, let snapshot):
            if let id = ResponsesConversation.previousID(Array(request.body.readableBytesView)) {
                return begin(
                    StoredResponseDriver(.quote(request, from: id), key: key, snapshot: snapshot, client: self))
            }
            quote(request, key: key, snapshot: snapshot)
        case .meter(let call, let key, let snapshot):
            do {
                let driver = MeterDriver(
                    call, key: key, snapshot: snapshot, options: try CallerOptions(request.head.fields), client: self)
                self.driver = driver
                try driver.begin(request)
            } catch {
                driver = nil
                refuse(request, error)
            }
        }
    }

    /// Has the request answered, which nothing stands in for.
    func answer(_ endpoint: OpenAIEndpoint, _ request: PendingRequest, key: Key, snapshot: GatewaySnapshot) {
        if endpoint == .responses, let id = ResponsesConversation.previousID(Array(request.body.readableBytesView)) {
            return begin(StoredResponseDriver(.goOn(request, from: id), key: key, snapshot: snapshot, client: self))
        }
        generate(endpoint, request, key: key, snapshot: snapshot)
    }

    private func begin(_ driver: StoredResponseDriver) {
        self.driver = driver
        driver.begin()
    }

    func quote(_ request: PendingRequest, key: Key, snapshot: GatewaySnapshot) {
        do {
            let driver = try QuoteDriver(request, key: key, snapshot: snapshot, client: self)
            self.driver = driver
            driver.begin()
        } catch {
            refuse(request, error)
        }
    }

    func generate(_ endpoint: OpenAIEndpoint, _ request: PendingRequest, key: Key, snapshot: GatewaySnapshot) {
        do {
            guard
                let driver = try ExchangeDriver(request, endpoint: endpoint, key: key, snapshot: snapshot, client: self)
            else {
                let estimate = try TokenCount.estimate(request, endpoint)
                request.giveBackPlace()
                return send(estimate)
            }
            self.driver = driver
            driver.begin()
        } catch {
            refuse(request, error)
        }
    }
}
