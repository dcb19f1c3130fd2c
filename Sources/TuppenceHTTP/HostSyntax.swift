extension UnsafeRawBufferPointer {
    /// Whether these bytes are `uri-host [ ":" port ]` as RFC 9112 section 3.2 wants a Host to be, or are empty.
    ///
    /// Stricter than the grammar in two places: no comma, which is how two Hosts look when a proxy has joined them, and
    /// no percent-encoding, which nobody sends and two readers may decode differently.
    var isHost: Bool {
        var end = 0
        if count > 0, self[0] == UInt8(ascii: "[") {
            end = skip(.ipv6, from: 1)
            guard end > 1, end < count, self[end] == UInt8(ascii: "]") else { return false }
            end += 1
        } else {
            end = skip(.hostName, from: 0)
            if end == 0 { return count == 0 }
        }
        guard end < count else { return true }
        return self[end] == UInt8(ascii: ":") && skip(.digit, from: end + 1) == count
    }
}
