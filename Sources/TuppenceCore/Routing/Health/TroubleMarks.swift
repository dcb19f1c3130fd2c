import Synchronization

/// Which targets and providers may have trouble, to be asked without a lock: those that have are always found, and few
/// others are (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970, with one hash).
final class TroubleMarks: Sendable {
    /// The bits of a target and of its provider.
    struct Mark: Hashable, Sendable {
        fileprivate let target: UInt16
        fileprivate let provider: UInt16

        init(of target: Target) {
            self.target = TroubleMarks.bit(target.affinity)
            provider = TroubleMarks.bit(of: target.provider)
        }
    }

    private static let count = 128
    // Unsafe, since no collection of the standard library holds atomics, which cannot be copied: the pointer is set once and freed
    // with this object, each word is only ever reached as an atomic, and no bit lies beyond `count` words of 64.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>

    init() {
        words = .allocate(capacity: Self.count)
        for word in 0..<Self.count { (words + word).initialize(to: Atomic(0)) }
    }

    deinit {
        words.deinitialize(count: Self.count)
        words.deallocate()
    }

    private static func bit(_ hash: UInt64) -> UInt16 { UInt16(hash % UInt64(count * 64)) }

    private static func bit(of provider: String) -> UInt16 {
        var provider = provider
        return bit(provider.withUTF8 { Affinity.hash(UnsafeRawBufferPointer($0)) })
    }

    func mayContain(_ mark: Mark) -> Bool { isSet(mark.target) || isSet(mark.provider) }

    private func isSet(_ bit: UInt16) -> Bool {
        words[Int(bit / 64)].load(ordering: .relaxed) >> UInt64(bit % 64) & 1 != 0
    }

    func insert(_ target: Target) { set(Self.bit(target.affinity)) }
    func insert(provider: String) { set(Self.bit(of: provider)) }

    private func set(_ bit: UInt16) { words[Int(bit / 64)].bitwiseOr(1 << UInt64(bit % 64), ordering: .relaxed) }

    /// Has these and no others. What is in it before and after is found meanwhile, too.
    func replace(by targets: some Sequence<Target>, providers: some Sequence<String>) {
        var new = [UInt64](repeating: 0, count: Self.count)
        for bit in targets.lazy.map({ Self.bit($0.affinity) }) { new[Int(bit / 64)] |= 1 << UInt64(bit % 64) }
        for bit in providers.lazy.map({ Self.bit(of: $0) }) { new[Int(bit / 64)] |= 1 << UInt64(bit % 64) }
        for word in 0..<Self.count { words[word].store(new[word], ordering: .relaxed) }
    }
}
