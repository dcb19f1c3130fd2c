extension String {
    /// As it stands in a list in the head of an answer: names of fields and models may be the caller's own invention, and must not
    /// break the head, nor fill it.
    var asListed: String {
        String(
            decoding: utf8.prefix(100).map { (33...126).contains($0) && $0 != UInt8(ascii: ",") ? $0 : 63 },
            as: UTF8.self)
    }
}
