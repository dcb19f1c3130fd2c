import TuppenceCore

extension Key {
    /// - Throws: where it may not use the route or model of this name.
    package func check(mayUse name: String) throws(Refusal) {
        guard let routes, !routes.contains(name) else { return }
        throw Refusal(
            .modelNotAllowed,
            "The key '\(self.name)' may not use '\(name)'. It may use: \(routes.sorted().joined(separator: ", ")).",
            parameter: "model")
    }
}
