import TuppenceCore

/// Reads a body to its end whatever is wrong with it, so that one that is no JSON at all is reported first.
protocol BodyReader {
    /// The first thing that is wrong.
    var refusal: Refusal? { get set }
}

extension BodyReader {
    mutating func refuse(_ message: String, _ parameter: String, anthropicDetail: String? = nil) {
        guard refusal == nil else { return }
        var first = Refusal.invalid(message, parameter)
        first.anthropicDetail = anthropicDetail
        refusal = first
    }
}

/// Reads members that may be there once each.
protocol MemberReader: BodyReader {
    /// A handful of short names: looking through them beats hashing them.
    var seen: [String] { get set }
}

extension MemberReader {
    /// Two members of one name would let us price one and the provider obey the other.
    mutating func once(_ name: String) {
        if seen.contains(name) { refuse("'\(name)' is given twice.", name) }
        seen.append(name)
    }
}
