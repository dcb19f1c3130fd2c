import NIOCore
import TuppenceCore
import TuppenceDialects

/// Answers kept and given again. What is served from the cache makes no attempt, holds nothing and costs nothing.
extension ExchangeDriver {
    // MARK: Looking

    /// Looks for an answer before the exchange begins.
    func askCache(_ caching: Caching) {
        lookUp(caching, refusal: caching.missRefusal, takesStale: false)
    }

    /// Answers with an older answer in place of `refusal`, if there is one that is not too old.
    func serveStale(orElse refusal: Refusal) {
        guard let caching else { return refuse(refusal) }
        // The budget has refused all the same, and goes on refusing unheard while older answers stand in.
        notify(of: refusal)
        lookUp(caching, refusal: refusal, takesStale: true)
    }

    private func lookUp(_ caching: Caching, refusal: Refusal?, takesStale: Bool) {
        guard let number = loop.lookUp(caching.key, in: caching.cache.answers, for: self) else {
            return nothingFound(refusal)
        }
        caching.lookup = Caching.Lookup(
            number: number, since: loop.now, refusal: refusal, takesStale: takesStale)
    }

    func cacheReplied(_ found: CachedAnswer?) {
        guard let caching, let lookup = caching.lookup else { return }
        caching.lookup = nil
        let oldest = lookup.takesStale ? max(caching.ttl, caching.cache.policy.staleFor) : caching.ttl
        if let found, let age = found.age(at: loop.now), age <= oldest,
            serve(found, age: age, isStale: lookup.takesStale, caching)
        {
            return
        }
        nothingFound(lookup.refusal)
    }

    /// Goes on without a cache that does not answer in time.
    func cacheTimePassed(_ caching: Caching, _ now: Timestamp) {
        guard let lookup = caching.lookup, now - lookup.since > loop.settings.cacheTimeout else { return }
        caching.lookup = nil
        loop.forgetLookup(lookup.number)
        nothingFound(lookup.refusal)
    }

    /// The caller left while the cache was asked: nothing is held, and nothing is in flight.
    func cacheNoLongerNeeded(_ caching: Caching) {
        if let lookup = caching.lookup { loop.forgetLookup(lookup.number) }
        caching.lookup = nil
        ended(ExchangeWatch.callerGone)
        unregisterIfDone()
    }

    private func nothingFound(_ refusal: Refusal?) {
        if let refusal { refuse(refusal) } else { handle(.begin) }
    }

    // MARK: Serving

    /// - Returns: false if what was kept can't be read, which is as good as nothing.
    private func serve(_ found: CachedAnswer, age: Milliseconds, isStale: Bool, _ caching: Caching) -> Bool {
        guard let client else {
            ended(ExchangeWatch.callerGone)
            return true
        }
        guard let answer = UpstreamAnswer(found, request: request, earlierCost: earlierCost) else { return false }
        writer.attempting(found.target)
        ended(answer.head.status)
        writer.cache = isStale ? .stale(age: age) : .hit(age: age)
        if answer.isStream { writer.begin(exchange, client: client) }
        writer.finish(answer, exchange: exchange, client: client)
        loop.tell(.note(exchange.entryFromCache(of: found.target, at: loop.now)))
        done(client)
        return true
    }

    // MARK: Keeping

    /// Keeps an answer that is whole, and all that its caller asked for.
    func keep(_ answer: UpstreamAnswer, _ caching: Caching) {
        guard answer.head.status == 200, answer.isStream == request.streams || answer.isReplayed,
            // What is kept is the provider's own bytes, which would have to be put into the caller's dialect again.
            !answer.isTranslated,
            // One that had to be shorter than its caller wanted, or came from another route, is not the answer to what he
            // asked.
            exchange.clampedLimit == nil, exchange.degradedRoute == nil, let target = exchange.attempt?.candidate.target
        else { return }
        let body = answer.isStream ? events(answer) : whole(answer)
        guard let body, body.readableBytes <= caching.maximumBodyBytes else { return }
        let isComplete = body.withUnsafeReadableBytes { bytes in
            answer.isStream
                ? CacheableAnswer.isComplete(events: bytes)
                : CacheableAnswer.isComplete(bytes, endpoint: request.endpoint)
        }
        guard isComplete, !answer.endedInError else { return }
        let isMade = answer.isPutTogether || answer.isMislabelled
        caching.cache.answers.keep(
            CachedAnswer(
                target: target,
                contentType: (isMade ? nil : answer.head.fields.first("content-type")) ?? "application/json",
                isStream: answer.isStream, body: Array(body.readableBytesView), storedAt: loop.now),
            under: caching.key)
    }

    /// What is kept of a stream: its events, and what it is booked at where these have no usage that is the last word.
    private func events(_ answer: UpstreamAnswer) -> ByteBuffer? {
        guard var events = answer.recording, !answer.isRecordingCounted, let client, let booked = exchange.runningUsage
        else { return answer.recording }
        events.writeBytes(answer.usageChunk(booked, cost: nil, earlier: .none, style: writer.style(for: client)))
        return events
    }

    /// What is kept of a whole answer: its own bytes, and likewise.
    private func whole(_ answer: UpstreamAnswer) -> ByteBuffer {
        guard answer.usage == nil, let booked = exchange.runningUsage else { return answer.input }
        return answer.input.withUnsafeReadableBytes { bytes in
            let usage = MissingUsage.edit(booked, in: bytes, of: request.endpoint, cost: nil, earlier: .none)
            var edits = ByteEdits()
            if let usage { edits.add(usage) }
            return ByteBuffer(bytes: edits.applied(to: bytes))
        }
    }
}
