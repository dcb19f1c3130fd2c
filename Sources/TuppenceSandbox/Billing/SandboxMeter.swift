import Synchronization

/// The bill, shared by all connections.
final class SandboxLedger: Sendable {
    private let current = Mutex(SandboxBill())

    var bill: SandboxBill { current.withLock { $0 } }

    func reset() { current.withLock { $0 = SandboxBill() } }

    func add(_ line: SandboxBill.Line, for model: SandboxModel) {
        current.withLock { $0.add(line, for: model.id) }
    }
}

/// What is billed when a generation begins.
struct SandboxCharge: Hashable, Sendable {
    let model: SandboxModel
    let promptTokens: Int
    /// Those of `promptTokens` that cost the cached rate.
    var cachedTokens = 0
    /// What it charges for by the piece.
    var pieces = 0

    var line: SandboxBill.Line {
        var line = SandboxBill.Line()
        line.requests = 1
        line.nanodollars =
            model.input.price(of: promptTokens - cachedTokens) + model.cachedInput.price(of: cachedTokens)
        if let piece = model.piece {
            line.pieces = pieces
            line.nanodollars += piece.price(of: pieces)
        }
        switch model.kind {
        case .chat, .moderation, .image, .speech, .transcription, .ranking:
            line.promptTokens = promptTokens
            line.cachedTokens = cachedTokens
        case .embedding: line.embeddingTokens = promptTokens
        }
        return line
    }
}

/// Bills one generation while it runs, so that whatever ends it, what was produced is on the bill.
struct SandboxMeter: Sendable {
    private let model: SandboxModel
    private let ledger: SandboxLedger
    private var completionTokens = 0

    init(_ charge: SandboxCharge, ledger: SandboxLedger) {
        model = charge.model
        self.ledger = ledger
        ledger.add(charge.line, for: model)
    }

    /// Bills `tokens` more. The steps of a generation sum to the price of its output, rounded up once.
    mutating func produced(_ tokens: Int) {
        guard tokens > 0 else { return }
        let before = model.output.price(of: completionTokens)
        completionTokens += tokens
        var line = SandboxBill.Line()
        line.completionTokens = tokens
        line.nanodollars = model.output.price(of: completionTokens) - before
        ledger.add(line, for: model)
    }
}
