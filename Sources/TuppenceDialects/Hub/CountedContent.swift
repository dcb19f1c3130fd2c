/// How much content a piece of an answer has: text, thoughts, refusals, and names and arguments of tools.
@usableFromInline
package struct CountedContent: Hashable, Sendable {
    @usableFromInline package internal(set) var bytes = 0
    /// Whether there is any, be it of no bytes that count.
    @usableFromInline package internal(set) var isThere = false

    @inlinable
    package init() {}

    @inlinable
    package mutating func count(_ bytes: Int) {
        guard bytes > 0 else { return }
        self.bytes += bytes
        isThere = true
    }

    /// Counts content that is held back; below 0 what was counted so before, and is counted by itself now that it goes out.
    @inlinable
    package mutating func count(held bytes: Int) {
        count(bytes)
        if bytes < 0 { self.bytes += bytes }
    }

    /// Takes in what comes behind it.
    @inlinable
    package mutating func add(_ next: CountedContent) {
        bytes += next.bytes
        isThere = isThere || next.isThere
    }
}
