import TuppenceCore

extension JSONWriter {
    /// USD, exactly, as a number.
    package mutating func member(_ name: StaticString, _ money: Money) {
        self.name(name)
        value(RawJSON(checked: Array(money.usd.utf8)[...]))
    }
}
