/// What a usage object says of how long the answer is.
package enum OutputCount: Hashable, Sendable {
    /// Nothing, as of answers that have no tokens of their own: embeddings, say.
    case missing
    /// Something that is no count.
    case unreadable
    case counted

    /// Takes in what stood where a count should. What can be read holds, under whatever name.
    mutating func take(_ count: Int?) {
        if count != nil { self = .counted } else if self == .missing { self = .unreadable }
    }
}
