import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

extension HeaderFields {
    /// What a provider's limits leave by its answer's head; nil where it says nothing of them, or that they are far.
    ///
    /// - Parameter isWatched: whether it is worth knowing in any case.
    func headroom(isWatched: Bool, at now: @autoclosure () -> Timestamp) -> Headroom? {
        var isNear = isWatched
        if !isNear { forEach { name, value in isNear = isNear || HeadroomReader.isNear(name: name, value: value) } }
        guard isNear else { return nil }
        var reader = HeadroomReader(now: now())
        forEach { reader.read(name: $0, value: $1) }
        return reader.headroom.buckets.isEmpty ? nil : reader.headroom
    }
}
