extension FixedWidthInteger {
    /// The sum, or the end of the type where that lies beyond it, instead of a trap.
    @inlinable
    package func saturatingSum(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }
}
