import TuppenceCore

/// Why something is not done, for whoever asked for it.
package struct AdministrationError: Error, CustomStringConvertible, Sendable {
    package enum Code: String, Sendable {
        case invalid = "invalid_request"
        case notFound = "not_found"
        case conflict
        /// It has been changed since it was looked at.
        case stale = "stale_version"
        /// It is not said which version is meant.
        case noVersion = "version_required"
        /// It may have been done or not; the description says how to repeat it.
        case unknownOutcome = "outcome_unknown"
    }

    package let code: Code
    /// What is wrong, and what to do about it.
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension Administration {
    /// No request could say such a name, and it would do something to the terminal that it is shown on.
    static func checkControls(in name: String, of thing: String) throws(AdministrationError) {
        guard name.hasControls else { return }
        throw AdministrationError(
            .invalid, "A \(thing)'s name has no control characters, such as a line break or a tab: leave them out.")
    }

    /// What things are called in budgets, in the ledger and in paths.
    static func check(name: String, of thing: String) throws(AdministrationError) {
        try checkControls(in: name, of: thing)
        guard (1...128).contains(name.utf8.count),
            name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") })
        else {
            throw AdministrationError(
                .invalid,
                "A \(thing)'s name has letters from a to z, digits and signs, at most 128, but no spaces and no slash: '\(name)' won't do."
            )
        }
    }
}
