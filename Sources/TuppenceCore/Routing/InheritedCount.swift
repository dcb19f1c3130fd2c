import Synchronization

/// A count that goes on under another configuration: what comes of a reload takes that of what was there before, for as long as
/// anything of either is under way.
struct InheritedCount: ~Copyable, Sendable {
    /// An object, so that two may have the same.
    final class Count: Sendable {
        let value: Atomic<Int>

        init(_ value: Int) { self.value = Atomic(value) }
    }

    private let reference = AtomicLazyReference<Count>()
    private let initial: Int

    init(_ initial: Int) { self.initial = initial }

    /// Its own, unless it has been given one before this was asked for first.
    var count: Count { reference.load() ?? reference.storeIfNil(Count(initial)) }

    /// Goes on with the count of `other`, if nobody has counted here yet.
    func inherit(_ other: borrowing InheritedCount) { _ = reference.storeIfNil(other.count) }
}
