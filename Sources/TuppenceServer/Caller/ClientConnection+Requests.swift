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
            if !endpoint.isCount, answerOnce(request, takesForms: endpoint.takesForms, key: key, snapshot: snapshot) {
                return
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
            let mentions = ResponsesConversation.mentions(in: Array(request.body.readableBytesView))
            if let id = mentions.previousID {
                return begin(
                    StoredResponseDriver(.quote(request, from: id), key: key, snapshot: snapshot, client: self))
            }
            if mentions.hasReferences { return quoteWithItems(request, key: key, snapshot: snapshot) }
            quote(request, key: key, snapshot: snapshot)
        case .meter(let call, let key, let snapshot):
            // Ending a hold twice is ending it once.
            if case .hold = call, answerOnce(request, takesForms: false, key: key, snapshot: snapshot) { return }
            meter(call, request, key: key, snapshot: snapshot)
        }
    }

    /// Has a request with an `idempotency-key` answered as its first one was, if it is not the first itself.
    ///
    /// - Returns: false for one without such a key, or where they mean nothing; it is still to be answered then.
    private func answerOnce(_ request: PendingRequest, takesForms: Bool, key: Key, snapshot: GatewaySnapshot) -> Bool {
        guard let answers = snapshot.idempotentAnswers else { return false }
        do {
            guard let once = try IdempotentRequest(request, takesForms: takesForms, key: key) else { return false }
            let driver = IdempotencyDriver(try answers.claim(once), request, client: self)
            self.driver = driver
            driver.begin()
        } catch {
            refuse(request, error)
        }
        return true
    }

    /// Has the first request under an `idempotency-key` answered.
    func answerFirst(_ request: PendingRequest) {
        switch request.purpose {
        case .generate(let endpoint, let key, let snapshot): answer(endpoint, request, key: key, snapshot: snapshot)
        case .meter(let call, let key, let snapshot): meter(call, request, key: key, snapshot: snapshot)
        case .answer, .quote, .response, .feedback: preconditionFailure("a request that takes no idempotency-key")
        }
    }

    private func meter(_ call: MeterCall, _ request: PendingRequest, key: Key, snapshot: GatewaySnapshot) {
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

    /// Has the request answered, which nothing stands in for.
    private func answer(_ endpoint: GovernedEndpoint, _ request: PendingRequest, key: Key, snapshot: GatewaySnapshot) {
        if endpoint.dialect == .responses {
            let mentions = ResponsesConversation.mentions(in: Array(request.body.readableBytesView))
            if let id = mentions.previousID {
                return begin(
                    StoredResponseDriver(.goOn(request, endpoint, from: id), key: key, snapshot: snapshot, client: self)
                )
            }
            if mentions.hasReferences { return generateWithItems(endpoint, request, key: key, snapshot: snapshot) }
        }
        generate(endpoint, request, key: key, snapshot: snapshot)
    }

    private func begin(_ driver: StoredResponseDriver) {
        self.driver = driver
        driver.begin()
    }

    /// Has the request answered once the items stand in it that it refers to.
    func generateWithItems(
        _ endpoint: GovernedEndpoint, _ request: PendingRequest, key: Key, snapshot: GatewaySnapshot
    ) {
        putItems(into: request, key: key, snapshot: snapshot) {
            $0.generate(endpoint, request, key: key, snapshot: snapshot)
        }
    }

    func quoteWithItems(_ request: PendingRequest, key: Key, snapshot: GatewaySnapshot) {
        putItems(into: request, key: key, snapshot: snapshot) { $0.quote(request, key: key, snapshot: snapshot) }
    }

    private func putItems(
        into request: PendingRequest, key: Key, snapshot: GatewaySnapshot,
        _ goOn: @escaping (ClientConnection) -> Void
    ) {
        guard let responses = snapshot.responses,
            let items = ReferencedItems(Array(request.body.readableBytesView))
        else { return goOn(self) }
        let driver = ReferencedItemsDriver(items, of: request, in: responses, key: key, client: self, goOn)
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

    func generate(_ endpoint: GovernedEndpoint, _ request: PendingRequest, key: Key, snapshot: GatewaySnapshot) {
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
