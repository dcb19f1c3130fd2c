extension RequestHead {
    /// Whether `Connection` names the field `name`, which concerns this hop alone then (RFC 9110 section 7.6.1).
    public func isForThisHop(_ name: UnsafeRawBufferPointer) -> Bool {
        guard connectionNamesFields else { return false }
        var isNamed = false
        fields.forEach { field, value in
            guard field.equalsIgnoringCase("connection") else { return }
            value.forEachMember { if $0.equalsIgnoringCase(name) { isNamed = true } }
        }
        return isNamed
    }
}

extension UnsafeRawBufferPointer {
    /// Visits the members of a list between commas, without the white space around them.
    func forEachMember(_ body: (UnsafeRawBufferPointer) -> Void) {
        var start = 0
        while start <= count {
            var end = start
            while end < count, self[end] != UInt8(ascii: ",") { end += 1 }
            body(UnsafeRawBufferPointer(rebasing: self[trimmed(start, end)]))
            start = end + 1
        }
    }
}
