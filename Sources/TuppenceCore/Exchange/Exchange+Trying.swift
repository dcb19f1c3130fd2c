/// The try that shows whether a target is back that has failed often. It is taken of all others while a hold is asked for there,
/// and made when the attempt is sent; where nothing is sent the next request has it.
extension Exchange {
    struct Try {
        let target: Target
        let takenAt: Timestamp
        var isMade = false
    }

    /// Begins with the target that is to be tried, unless another request has begun with it since the order was made.
    func takeTry(at now: Timestamp) {
        guard let candidate = untried.tried else { return }
        if !takeTry(of: candidate.target, at: now) { untried = untried.withoutTry }
    }

    /// - Returns: false where there is none to be taken.
    private func takeTry(of target: Target, at now: Timestamp) -> Bool {
        guard judged?.takeTry(of: target, at: now) == true else { return false }
        tried = Try(target: target, takenAt: now)
        return true
    }

    /// Sees what `event` has made of the try, and takes that of a target which is asked for whatever reason.
    func mindTry(after event: Event, at now: Timestamp) {
        if let tried {
            if attempt?.candidate.target != tried.target || phase != .holding && phase != .waiting {
                end(tried, after: event)
            } else if phase == .waiting {
                self.tried?.isMade = true
            }
        }
        if tried == nil, phase == .holding, health?.hasTrouble == true, let attempt {
            _ = takeTry(of: attempt.candidate.target, at: now)
        }
    }

    private func end(_ tried: Try, after event: Event) {
        self.tried = nil
        var isMade = tried.isMade
        // What cannot be put into its words has never left.
        if case .failed(let failure) = event, failure.kind == .inexpressible { isMade = false }
        if !isMade { health?.giveBackTry(of: tried.target, takenAt: tried.takenAt) }
    }
}
