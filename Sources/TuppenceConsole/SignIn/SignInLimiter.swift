import Synchronization
import TuppenceCore

/// Slows down whoever tries tokens: ten that do not count in a minute from one address, and that address has to wait.
final class SignInLimiter: Sendable {
    private struct Tries {
        var since: Timestamp
        var count: Int
    }

    private let tries = Mutex<[NetworkAddress: Tries]>([:])

    static let most = 10
    static let window = Milliseconds.seconds(60)
    private static let mostAddresses = 10_000

    /// How long `address` has to wait before its next try; nil where it need not.
    func wait(of address: NetworkAddress, at now: Timestamp) -> Milliseconds? {
        tries.withLock { tries in
            guard let own = tries[address.block], own.count >= Self.most, now - own.since < Self.window else {
                return nil
            }
            return Milliseconds(Self.window.count - (now - own.since).count)
        }
    }

    /// A token from `address` did not count.
    func failed(_ address: NetworkAddress, at now: Timestamp) {
        tries.withLock { tries in
            if tries.count >= Self.mostAddresses { tries = tries.filter { now - $0.value.since < Self.window } }
            var own = tries[address.block] ?? Tries(since: now, count: 0)
            if now - own.since >= Self.window { own = Tries(since: now, count: 0) }
            own.count += 1
            if tries.count < Self.mostAddresses || tries[address.block] != nil { tries[address.block] = own }
        }
    }
}
