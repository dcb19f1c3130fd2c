import Synchronization

/// An arm that answers nobody: copies of some requests are sent to it, so that it can be held against the others before
/// any caller sees it.
///
/// What it costs is charged to a key of its own. There are only so many at once, all event loops together.
public final class Shadow: Sendable {
    public let arm: Experiment.Arm
    /// On whose behalf its copies are made.
    public let key: Key
    /// How many of its copies may be on their way at once.
    public let most: Int
    private let inFlight = InheritedCount(0)

    public init(arm: Experiment.Arm, key: Key, most: Int) {
        precondition(most > 0, "a shadow of \(most) requests")
        self.arm = arm
        self.key = key
        self.most = most
    }

    /// One copy on its way, until nobody has this any more.
    public final class Pass: Sendable {
        public let shadow: Shadow

        private let inFlight: InheritedCount.Count

        fileprivate init(_ shadow: Shadow, _ inFlight: InheritedCount.Count) {
            self.shadow = shadow
            self.inFlight = inFlight
        }

        deinit { inFlight.value.subtract(1, ordering: .relaxed) }
    }

    /// Admits a copy of a request that is in the shadow's share; nil where it is not, or there are too many on their way.
    public func admit(_ request: RequestID) -> Pass? {
        guard !key.isDisabled, !key.hasExpired(at: request.time), isInShare(request) else { return nil }
        let inFlight = inFlight.count
        guard inFlight.value.add(1, ordering: .relaxed).newValue <= most else {
            inFlight.value.subtract(1, ordering: .relaxed)
            return nil
        }
        return Pass(self, inFlight)
    }

    /// Counts the copies of `other`, which was there before under the same name, as its own.
    func takeOver(_ other: Shadow) { inFlight.inherit(other.inFlight) }

    /// Whatever arm the request is in.
    private func isInShare(_ request: RequestID) -> Bool {
        var hash = StableHash()
        hash.add(arm.label)
        withUnsafeBytes(of: request.low.littleEndian) { bytes in for byte in bytes { hash.add(byte) } }
        let whole = UInt64(Share.whole.partsPerMillion)
        return Int64(hash.mixed.multipliedFullWidth(by: whole).high) < arm.share.partsPerMillion
    }
}

extension Shadow: Hashable {
    public static func == (left: Shadow, right: Shadow) -> Bool {
        left === right || left.arm == right.arm && left.key == right.key && left.most == right.most
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(arm) }
}
