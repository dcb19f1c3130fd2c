/// Turns what an endpoint has to say into steps, with the faults that strike while it is said.
struct SandboxDelivery: Sendable {
    let charge: SandboxCharge
    let faults: SandboxFaults

    /// One JSON document. All of its output is billed as it leaves, even when only half of it does.
    func document(_ json: SandboxJSON, completionTokens: Int) -> [SandboxStep] {
        let body = faults.isGarbage ? Array("<html>The sandbox was asked for garbage.".utf8) : json.bytes
        let tokens = faults.isGarbage ? 0 : completionTokens
        let start: [SandboxStep] = [.generate(charge), .head(SandboxHead(length: body.count))]
        guard faults.cut == nil else {
            return start + [.send(Array(body.prefix(body.count / 2)), outputTokens: tokens), .cut]
        }
        return start + [.send(body, outputTokens: tokens), .end]
    }

    /// Text that is no JSON.
    func text(_ text: String, contentType: String, completionTokens: Int) -> [SandboxStep] {
        let body = Array(text.utf8)
        let head = SandboxHead(length: body.count, contentType: contentType)
        return [.generate(charge), .head(head), .send(body, outputTokens: completionTokens), .end]
    }

    /// Bytes in pieces, each billed as it leaves.
    func pieces(_ pieces: [(bytes: [UInt8], tokens: Int)], contentType: String) -> [SandboxStep] {
        var steps: [SandboxStep] = [.generate(charge), .head(SandboxHead(contentType: contentType))]
        for (index, piece) in pieces.prefix(faults.cut ?? .max).enumerated() {
            if index > 0, let drip = faults.drip { steps.append(.wait(drip)) }
            steps.append(.send(piece.bytes, outputTokens: piece.tokens))
        }
        return steps + [faults.cut == nil ? .end : .cut]
    }

    /// A stream of `events`, each billed as it leaves.
    ///
    /// - Parameter failure: what `error_after` sends.
    func stream(
        _ events: [SandboxEvent], as framing: SandboxFraming = .events, failure: SandboxEvent = .failure(in: .openAI)
    ) -> [SandboxStep] {
        var events = faults.isGarbage ? Self.garbage : events
        if let count = faults.errorAfter, count < events.count { events = Array(events.prefix(count)) + [failure] }
        var end = SandboxStep.end
        if let count = faults.cut, count <= events.count {
            events = Array(events.prefix(count))
            end = .cut
        }
        var steps: [SandboxStep] = [.generate(charge), .head(SandboxHead(contentType: framing.contentType))]
        for (index, event) in events.enumerated() {
            if index > 0, let drip = faults.drip { steps.append(.wait(drip)) }
            steps.append(.send(framing.bytes(of: event, isFirst: index == 0), outputTokens: event.outputTokens))
        }
        if end == .end, !framing.end.isEmpty { steps.append(.send(framing.end, outputTokens: 0)) }
        return steps + [end]
    }

    private static let garbage = ["{\"choices\":[{\"delta\":", "<html>", "not JSON at all"].map {
        SandboxEvent(Array($0.utf8))
    }
}
