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
}
