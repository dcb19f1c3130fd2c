/// Which version of a thing somebody means to change, so that nobody's change is lost to one who has not seen it.
package enum ExpectedVersion: Hashable, Sendable {
    /// Whichever it has.
    case any
    case one(of: Set<Int64>)

    func allows(_ version: Int64) -> Bool {
        switch self {
        case .any: true
        case .one(let versions): versions.contains(version)
        }
    }
}
