extension BudgetBook {
    /// What `request` draws on if it goes to `target`.
    func claims(of request: Exchange.Request, on target: Target, at now: Timestamp) -> [BudgetClaim] {
        var claims = claims(by: BudgetSubject(request.attribution, target: target), at: now)
        if let wallet = request.terms?.wallet { claims.append(wallet) }
        return claims
    }
}
