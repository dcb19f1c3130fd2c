import NIOCore
import TuppenceCore
import TuppenceDialects

/// What an answer says of its cost.
extension AnswerWriter {
    /// What the answer has cost, and what attempts before it have.
    static func cost(_ exchange: Exchange) -> (running: Cost, earlier: EarlierCost) {
        let running = exchange.runningCost
        let earlier = exchange.cost - (running?.total ?? exchange.cost)
        let told = EarlierCost(
            earlier, isPending: !exchange.isCostKnown, hidesReported: exchange.hidesReportedCost)
        return (running ?? .zero, told)
    }

    /// Our figures in an answer that goes out by its own bytes.
    static func usageEdit(of answer: UpstreamAnswer, _ exchange: Exchange) -> ByteEdit? {
        let cost = Self.cost(exchange)
        if let usage = answer.usage {
            return answer.input.withUnsafeReadableBytes { bytes in
                CostFields.edit(usage, in: bytes, cost: cost.running, earlier: cost.earlier)
            }
        }
        guard !answer.endpoint.isCount, !answer.isText, let booked = exchange.runningUsage else { return nil }
        return answer.input.withUnsafeReadableBytes { bytes in
            MissingUsage.edit(booked, in: bytes, of: answer.endpoint, cost: cost.running, earlier: cost.earlier)
        }
    }

    /// The body of a whole answer that is passed on by its own bytes, with our figures in it.
    static func ownBody(of answer: UpstreamAnswer, _ exchange: Exchange) -> [UInt8] {
        let figures = usageEdit(of: answer, exchange)
        if case .scanned(let passage) = answer.passage, let body = passage.body(answer.input, figures) { return body }
        var edits = ByteEdits()
        if let figures { edits.add(figures) }
        return answer.input.withUnsafeReadableBytes { edits.applied(to: $0) }
    }
}
