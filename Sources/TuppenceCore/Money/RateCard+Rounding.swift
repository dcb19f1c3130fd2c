extension RateCard.Rates {
    /// The most nanodollars by which tokens of several kinds can come to more than as many of the dearest kind do.
    ///
    /// Each kind is a line of the cost, rounded up by itself: by nothing where its rate is whole, else by less than a
    /// nanodollar. With n of these the lines of the input are so less than n above their exact sum, which is at most that of
    /// all of it at the dearest rate. Rounded up, this is a whole number as they are, and they at most n - 1 above it. The
    /// same holds for the output.
    var roundingRoom: UInt8 { room(for: UsageKind.inputs) + room(for: UsageKind.outputs) }

    private func room(for kinds: [UsageKind]) -> UInt8 {
        let rounded = kinds.count(where: { !self[$0].isWhole })
        return rounded == 0 ? 0 : UInt8(rounded - 1)
    }
}
