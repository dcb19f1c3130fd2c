import TuppenceCore

extension PageWriter {
    func add(_ hold: Hold) {
        begin(hold.attempt, hold.amount, hold.price, hold.expiresAt)
        put(hold.attribution, hold.target)
        put(accountCount: hold.claims.count)
        for claim in hold.claims { put(claim.account) }
    }

    func add(_ hold: OpenHold) {
        begin(hold.attempt, hold.amount, hold.price, hold.expiresAt)
        put(hold.attribution, hold.target)
        put(accountCount: hold.accounts.count)
        for account in hold.accounts { put(account) }
    }

    private func begin(_ attempt: AttemptID, _ amount: Money, _ price: Money, _ expiresAt: Timestamp) {
        beginRecord(.hold, size: PageFormat.recordRoom)
        put(attempt)
        put(UInt64(bitPattern: amount.nanodollars))
        put(signed: price.nanodollars &- amount.nanodollars)
        put(expiresAt)
    }

    private func put(_ attribution: Attribution, _ target: Target) {
        put(attribution.key, .key)
        put(target.provider, .provider)
        put(target.model, .model)
        put(attribution.endpoint, .endpoint)
        put(attribution.customer, .customer)
        put(attribution.user, .user)
        put(attribution.route, .route)
        put(attribution.tags, .tags)
        put(attribution.arm, .arm)
    }

    /// - Throws: if its amounts are not what an entry may have; nothing is written then.
    func add(_ entry: LedgerEntry, closing hold: ClosedHold) throws(StoreError) {
        guard entry.cost >= .zero, entry.price >= .zero else {
            throw StoreError("\(entry.attempt.request) would be booked at less than nothing")
        }
        beginRecord(.entry, size: PageFormat.recordRoom)
        put(entry.attempt)
        put(entry.at)
        put(entry.attribution, entry.target)
        put(entry.rateCardVersion, .rateCard)
        put(byte: PageFormat.code(of: entry.outcome))
        put(UInt64(truncatingIfNeeded: entry.status))
        put(entry.usage)
        var flags: UInt8 = 0
        if entry.estimated { flags |= PageFormat.Flag.estimated }
        if entry.isPrepaid { flags |= PageFormat.Flag.prepaid }
        if entry.reportedCost != nil { flags |= PageFormat.Flag.reportedCost }
        if entry.firstContent != nil { flags |= PageFormat.Flag.firstContent }
        if hold.releases { flags |= PageFormat.Flag.releases }
        put(byte: flags)
        put(UInt64(bitPattern: entry.cost.nanodollars))
        put(UInt64(bitPattern: entry.price.nanodollars))
        put(signed: entry.margin.nanodollars)
        if let reported = entry.reportedCost { put(signed: reported.nanodollars) }
        put(signed: entry.duration.count)
        if let firstContent = entry.firstContent { put(signed: firstContent.count) }
        switch hold {
        case .settled(let hold, _):
            put(UInt64(bitPattern: hold.amount.nanodollars))
            put(signed: hold.price.nanodollars &- hold.amount.nanodollars)
            put(accountCount: hold.claims.count)
            for claim in hold.claims { put(claim.account) }
        case .expired(let hold):
            put(UInt64(bitPattern: hold.amount.nanodollars))
            put(signed: hold.price.nanodollars &- hold.amount.nanodollars)
            put(accountCount: hold.accounts.count)
            for account in hold.accounts { put(account) }
        case .none:
            put(byte: 0)
            put(byte: 0)
            put(accountCount: 0)
        }
    }

    private func put(_ usage: Usage) {
        var kinds: UInt64 = 0
        for kind in UsageKind.allCases where usage[kind] != 0 { kinds |= 1 << PageFormat.bit(of: kind) }
        put(kinds)
        for kind in UsageKind.allCases where usage[kind] != 0 { put(UInt64(bitPattern: Int64(usage[kind]))) }
    }

    func add(_ topUp: TopUp) {
        beginRecord(.topUp, size: PageFormat.recordRoom)
        put(word: topUp.id.high)
        put(word: topUp.id.low)
        put(topUp.at)
        put(signed: topUp.amount.nanodollars)
        put(topUp.note, .note)
        put(accountCount: 1)
        put(topUp.wallet)
    }
}

extension ClosedHold {
    var releases: Bool {
        switch self {
        case .settled(_, let releases): releases
        case .expired: true
        case .none: false
        }
    }
}
