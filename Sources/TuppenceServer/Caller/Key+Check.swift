import TuppenceCore

extension Key {
    /// - Throws: where it may not use the route or model of this name.
    package func check(mayUse name: String) throws(Refusal) {
        if isTest {
            throw Refusal(
                .modelNotAllowed,
                "The key '\(self.name)' is for the sandbox (tp_test_…), and this gateway has providers that cost money. Make another: tuppence keys create <name>",
                parameter: "model")
        }
        guard let routes, !routes.contains(name) else { return }
        throw Refusal(
            .modelNotAllowed,
            "The key '\(self.name)' may not use '\(name)'. It may use: \(routes.sorted().joined(separator: ", ")).",
            parameter: "model")
    }
}
