import NIOPosix
import TuppenceCore
import TuppenceDialects

extension Tuppence {
    /// Asks a model and waits for its whole answer. Cancelling the task ends the provider's work, and settles it.
    ///
    /// - Throws: ``TuppenceError`` if it was refused or no target could answer.
    public func chat(_ request: ChatRequest, _ options: CallOptions = CallOptions()) async throws -> ChatAnswer {
        try await whole(.open("/v1/chat/completions", try request.body(streams: false), options, by: self))
    }

    /// Asks a model for an answer that is read as it is written. Returns when its first content has come: what refuses a
    /// request, and what makes another target be tried, comes before that.
    ///
    /// - Throws: ``TuppenceError`` if it was refused or no target could answer.
    public func stream(_ request: ChatRequest, _ options: CallOptions = CallOptions()) async throws -> ChatStream {
        let call = try await Call.open(
            "/v1/chat/completions", try request.body(streams: true), options, by: self)
        return ChatStream(call: call, tuppence: self)
    }

    /// Makes vectors of texts.
    ///
    /// - Throws: ``TuppenceError`` if it was refused or no target could answer.
    public func embed(
        _ request: EmbeddingRequest, _ options: CallOptions = CallOptions()
    ) async throws -> EmbeddingAnswer {
        let call = try await Call.open("/v1/embeddings", request.body(), options, by: self)
        let body = try await call.wholeBody()
        let cost = try await cost(of: call)
        do throws(JSONError) {
            return try EmbeddingAnswer(body, cost: cost, receipt: call.receipt)
        } catch { throw TuppenceError.unreadable(error) }
    }

    func whole(_ call: Call) async throws -> ChatAnswer {
        let body = try await call.wholeBody()
        let answer: TuppenceDialects.ChatAnswer
        do throws(JSONError) { answer = try OpenAIChat.readAnswer(body) } catch {
            throw TuppenceError.unreadable(error)
        }
        return try await finished(answer, call, cost: call.cost)
    }

    /// The answer with what it cost.
    func finished(
        _ answer: TuppenceDialects.ChatAnswer, _ call: Call, cost: Money?
    ) async throws -> ChatAnswer {
        var known = cost ?? answer.usage?.reportedCost ?? call.cost
        if known == nil { known = try await self.cost(of: call) }
        return ChatAnswer(answer, cost: known ?? .zero, receipt: call.receipt)
    }

    /// What a call has cost. A stream of a provider that does not count says nothing of it, but the ledger knows.
    private func cost(of call: Call) async throws -> Money {
        if let cost = call.cost { return cost }
        guard let id = RequestID(call.receipt.requestID) else { return .zero }
        let store = gateway.store
        return try await NIOThreadPool.singleton.runIfActive {
            try store.lines(of: id).reduce(Money.zero) { $0 + $1.entry.price }
        }
    }
}
