/// Counts what a reader has read and holds back. The model has produced it, whether or not it goes on its way before the
/// stream breaks off.
struct HeldBytes: Sendable {
    /// A call that no name comes for is given away without one beyond so many.
    static let limit = 64 << 10

    private var count = 0

    mutating func add(_ bytes: Int) { count += bytes }
    /// They are events now, and count as such.
    mutating func remove(_ bytes: Int) { count -= bytes }

    /// Those since the last time, less those that have become events.
    mutating func take() -> Int {
        defer { count = 0 }
        return count
    }
}
