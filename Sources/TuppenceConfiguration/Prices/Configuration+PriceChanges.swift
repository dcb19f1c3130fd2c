import TuppenceCore

extension Configuration {
    /// Puts the prices in force whose time has come, and has the routes go by them.
    ///
    /// - Returns: those, in the order of their times; they are no longer among ``priceChanges``.
    @discardableResult
    public mutating func takePrices(at now: Timestamp) -> [PriceChange] {
        let due = Array(priceChanges.prefix { $0.from <= now })
        guard !due.isEmpty else { return [] }
        policy.take(due)
        priceChanges.removeFirst(due.count)
        return due
    }
}
