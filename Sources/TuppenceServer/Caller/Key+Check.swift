import TuppenceCore

extension Key {
    /// Whether it may use the route or model of this name.
    package func mayUse(_ name: String) -> Bool { !isTest && routes?.contains(name) != false }

    /// - Throws: where it may not use the route or model of this name.
    package func check(mayUse name: String) throws(Refusal) {
        if mayUse(name) { return }
        guard let routes, !isTest else {
            throw Refusal(
                .modelNotAllowed,
                "The key '\(self.name)' is for the sandbox (tp_test_…), and this gateway has providers that cost money. Make another: tuppence keys create <name>",
                parameter: "model")
        }
        throw Refusal(
            .modelNotAllowed,
            "The key '\(self.name)' may not use '\(name)'. It may use: \(routes.sorted().joined(separator: ", ")).",
            parameter: "model")
    }
}
