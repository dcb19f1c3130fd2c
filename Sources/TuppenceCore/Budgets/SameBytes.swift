extension String {
    /// Whether both are the same bytes in UTF-8, which `==` does not ask: it takes two spellings of one letter for one.
    package func hasSameBytes(as other: String) -> Bool {
        let left = utf8
        let right = other.utf8
        guard left.count == right.count else { return false }
        // Both are native strings all but always, whose bytes lie in one piece.
        let same: Bool?? = left.withContiguousStorageIfAvailable { left in
            right.withContiguousStorageIfAvailable { right in Self.areEqual(left, right) }
        }
        return (same ?? nil) ?? left.elementsEqual(right)
    }

    /// Eight bytes at a time: the names of budgets are compared for every request.
    private static func areEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        let left = UnsafeRawBufferPointer(left)
        let right = UnsafeRawBufferPointer(right)
        if left.baseAddress == right.baseAddress { return true }
        var index = 0
        while index &+ 8 <= left.count {
            let one = left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if one != right.loadUnaligned(fromByteOffset: index, as: UInt64.self) { return false }
            index &+= 8
        }
        while index < left.count {
            if left[index] != right[index] { return false }
            index &+= 1
        }
        return true
    }
}
