import TuppenceCore

/// When a key ends, as somebody says it.
package enum KeyEnd: Hashable, Sendable {
    case never
    case at(Timestamp)
    /// So long from now.
    case after(Milliseconds)

    /// - Returns: nil for never.
    /// - Throws: where that is over already.
    func time(from now: Timestamp) throws(AdministrationError) -> Timestamp? {
        switch self {
        case .never: return nil
        case .after(let span): return now + span
        case .at(let time):
            guard now < time else {
                throw AdministrationError(
                    .invalid,
                    "A key can't end at \(time.iso8601), as that is over: name a later time, or disable it to have it refused from now on."
                )
            }
            return time
        }
    }
}
