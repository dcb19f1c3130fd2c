extension String {
    /// Whether both are the same bytes in UTF-8, which `==` does not ask: it takes two spellings of one letter for one.
    package func hasSameBytes(as other: String) -> Bool {
        var left = self
        var right = other
        return left.withUTF8 { left in
            right.withUTF8 { right in
                guard left.count == right.count, let one = left.baseAddress, let two = right.baseAddress else {
                    return left.count == right.count
                }
                return Self.areEqual(UnsafeRawPointer(one), UnsafeRawPointer(two), count: left.count)
            }
        }
    }

    /// Eight bytes at a time: the names of budgets are compared for every request.
    private static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
        var index = 0
        while index + 8 <= count {
            let one = left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if one != right.loadUnaligned(fromByteOffset: index, as: UInt64.self) { return false }
            index += 8
        }
        while index < count {
            if left.load(fromByteOffset: index, as: UInt8.self) != right.load(fromByteOffset: index, as: UInt8.self) {
                return false
            }
            index += 1
        }
        return true
    }
}
