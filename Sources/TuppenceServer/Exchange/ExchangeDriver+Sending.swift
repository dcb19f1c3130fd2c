import TuppenceCore
import TuppenceDialects
import TuppenceUpstream

/// Has an attempt go out to its target: in the target's dialect, with a token where its provider wants one.
extension ExchangeDriver {
    func send(_ attempt: Exchange.Attempt) {
        if let experiment { copy(to: experiment.shadows) }
        answer = nil
        answerTranslation = nil
        do throws(UpstreamFailure) {
            let departure = try departure(of: attempt)
            goOn(with: departure, attempt)
            // Known before it starts: a connection may fail while the request is being handed to it, and what that leads
            // to must not be overwritten here.
            let call = UpstreamCall(receiver: self)
            self.call = call
            send(departure, attempt, call)
        } catch {
            // What another has failed with explains more, and is told in place of this.
            if error.kind != .inexpressible || !exchange.hasFailed { writer.attempting(attempt.candidate.target) }
            handle(.failed(error))
        }
    }

    /// What goes out for `attempt`.
    ///
    /// - Throws: what is wrong where nothing can be sent.
    func departure(of attempt: Exchange.Attempt) throws(UpstreamFailure) -> Departure {
        guard let provider = snapshot.providers[attempt.candidate.target.provider] else {
            throw UpstreamFailure(.unreachable, detail: "the provider is not configured")
        }
        do throws(Refusal) {
            if let obstacle = provider.obstacle(to: request.asks, at: attempt.candidate) {
                throw Refusal.noTarget(of: request.model, [DroppedTarget(attempt.candidate, obstacle)])
            }
            let name = attempt.candidate.target.provider
            if provider.takesBytes(of: request.endpoint), !request.hasFlatTools,
                !isMadeForAnother(than: attempt.candidate),
                !pending.holdsForeignThoughts(request.endpoint, for: name)
            {
                // It may be long, and who comes after this one can read it anew.
                request.forgetConversation()
                return Departure(provider: provider)
            }
            return try translated(attempt, provider)
        } catch {
            // Any target would do: one that only has to be waited for is told before one that cannot do it.
            if keptRefusal?.code != .overloaded { keptRefusal = error }
            throw UpstreamFailure(.inexpressible, detail: error.message)
        }
    }

    /// Whether the request has what its target refuses and its caller may not know of, who names a route. Who names the target
    /// itself gets its own word.
    private func isMadeForAnother(than candidate: Candidate) -> Bool {
        guard !request.traits.isDisjoint(with: candidate.refused) else { return false }
        let target = candidate.target
        return request.model != target.model && request.model != "\(target)"
    }

    /// `attempt` is the one in flight.
    func goOn(with departure: Departure, _ attempt: Exchange.Attempt) {
        watch.target = attempt.candidate.targetNumber
        tokens = departure.provider.tokens
        answerTranslation = departure.translation
        writer.attempting(attempt.candidate.target, dropped: departure.dropped)
        writer.retirement = attempt.candidate.retirement.flatMap { $0.isNear(at: loop.now) ? $0 : nil }
    }

    func send(_ departure: Departure, _ attempt: Exchange.Attempt, _ call: UpstreamCall) {
        guard let tokens = departure.provider.tokens else {
            return send(departure, attempt, token: nil, call)
        }
        // It waits for a token as it waits for a connection.
        tokens.token(on: loop) { answer in
            guard !call.isCancelled else { return }
            switch answer {
            case .success(let token): self.send(departure, attempt, token: token, call)
            case .failure(let failure): call.fail(failure)
            }
        }
    }

    private func send(_ departure: Departure, _ attempt: Exchange.Attempt, token: String?, _ call: UpstreamCall) {
        let provider = departure.provider
        let trace = loop.sendsSpans ? trace.map { OutboundTrace($0, of: attempt.id) } : nil
        let message =
            if let outbound = departure.outbound {
                UpstreamRequest.bytes(
                    loop, outbound, model: attempt.candidate.target.model, streams: request.streams, head: pending.head,
                    provider: provider, token: token, trace: trace)
            } else {
                UpstreamRequest.bytes(
                    loop, attempt, request: request, body: pending.body, head: pending.head, provider: provider,
                    token: token, trace: trace)
            }
        loop.pool.send(message, to: provider.endpoint, for: call, onNewConnection: exchange.isResent(attempt))
        loop.reuse(message)
    }

    /// The request in its target's dialect.
    private func translated(
        _ attempt: Exchange.Attempt, _ provider: ConnectedProvider
    ) throws(Refusal) -> Departure {
        let translation =
            requestTranslation ?? RequestTranslation(request, pending, allowsDrop: allowsDrop)
        requestTranslation = translation
        let outbound = try translation.write(for: attempt, to: provider.provider)
        try pending.takeRoom(forBodyOf: outbound.body.count, by: loop.settings.load)
        let dialect = provider.provider.dialect(of: attempt.candidate.target.model)
        var departure = Departure(
            provider: provider, outbound: outbound, dropped: DroppedFields(outbound.losses))
        // Claude at Vertex wants another request, and answers as ever. Not so with embeddings there, nor with chats in place of
        // completions.
        let isOther =
            request.endpoint == .completions || request.endpoint.isEmbeddings && provider.provider.host == .vertex
        if dialect != request.endpoint.dialect || isOther {
            departure.translation = AnswerTranslation(
                from: dialect, to: request, id: exchange.request.id, translation,
                model: attempt.candidate.target.model, base: client?.baseURL ?? "", at: loop.now)
        }
        return departure
    }

    func readOn(_ reading: LateReading) {
        // A caller who leaves has it in progress until it is settled.
        let reader = LateReader(
            reading, call, answer, answerTranslation, request: request, trace: trace, settings: settings,
            place: client == nil ? pending.leavePlace(but: answerTranslation?.keptBytes ?? 0) : nil, loop: loop)
        call = nil
        answer = nil
        reader.begin()
    }
}
