import TuppenceCore

/// Which tag is meant: one of a name, whatever its value, or one of that value.
package struct TagQuery: Hashable, Sendable {
    private let name: String
    private let value: String?

    /// What people can write, as a pattern.
    package static let pattern: String = {
        let part = "[A-Za-z0-9_.:@+/-]{1,\(RequestTags.maximumLength)}"
        return "^\(part)(=\(part))?$"
    }()

    /// Reads `team`, or `team=search`.
    ///
    /// - Throws: for what no tag can be called.
    package init(_ text: String) throws(AdministrationError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ RequestTags.isPlain($0) }) else {
            throw AdministrationError(
                .invalid,
                "A tag is written as its name or with its value, such as team or team=search, not '\(text.prefix(80))'."
            )
        }
        name = String(parts[0])
        value = parts.count > 1 ? String(parts[1]) : nil
    }

    /// - Parameter tags: as the ledger has them.
    func fits(_ tags: String?) -> Bool {
        guard let tags, let found = RequestTags.value(of: name, in: tags) else { return false }
        return value == nil || value == found
    }
}
