import TuppenceCore
import TuppenceEngine

extension LedgerWriter {
    /// A batch of one, whose outcome goes to `port` under `token`.
    func submit(_ operation: LedgerOperation, to port: any LedgerPort, token: Int) {
        var batch = LedgerBatch()
        batch.append(operation, to: port, token: token)
        submit(&batch)
    }

    /// A batch of one, whose outcome nobody waits for.
    func submit(_ operation: LedgerOperation) {
        var batch = LedgerBatch()
        batch.append(operation)
        submit(&batch)
    }
}
