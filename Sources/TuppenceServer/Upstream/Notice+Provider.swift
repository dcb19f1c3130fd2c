import TuppenceCore

extension Notice {
    /// For when a provider will not work for our account.
    init(refusedBy target: Target, _ failure: UpstreamFailure, at now: Timestamp) {
        self.init(
            kind: .providerRefuses, at: now,
            message:
                "\(target.provider) refused our account (\(failure.detail), asked for \(target.model)): its credit is used up, or its key is wrong or may not use this model. Other targets go first for five minutes.",
            details: [
                ("provider", .text(target.provider)), ("model", .text(target.model)),
                ("status", .count(failure.status)),
            ])
    }

    /// For when a provider does not have a model, or not any more.
    init(modelGone target: Target, _ failure: UpstreamFailure, at now: Timestamp) {
        self.init(
            kind: .modelGone, at: now,
            message:
                "\(target.provider) does not have the model \(target.model) (\(failure.detail)): it has been retired, is called otherwise there, or is not for our account. Other targets go first; take it out of its routes, or name another model.",
            details: [
                ("provider", .text(target.provider)), ("model", .text(target.model)),
                ("status", .count(failure.status)),
            ])
    }
}
