import TuppenceCore

extension YAMLCursor {
    /// The providers that a file names where a name leads to one: in targets of routes, prices, what keys may use, and budgets'
    /// scopes. What is wrong there is left to those who read it.
    var namedProviders: Set<String> {
        var texts = members(of: "routes").flatMap(\.value.routeTargets)
        texts += members(of: "prices").map(\.name)
        for key in elements(of: "keys") { texts += key.elements(of: "routes").compactMap(\.knownText) }
        var providers: Set<String> = []
        for scope in elements(of: "budgets").compactMap({ $0.field("scope") }) {
            if let provider = scope.field("provider")?.knownText { providers.insert(provider) }
            texts += ["route", "model"].compactMap { scope.field($0)?.knownText }
        }
        return providers.union(texts.compactMap { Target($0)?.provider })
    }

    /// What a route leads to, and the arms of its experiment.
    private var routeTargets: [String] {
        if let text = knownText { return [text] }
        guard let experiment = field("experiment") else { return listedTargets }
        let arms = experiment.elements(of: "arms") + experiment.elements(of: "shadows")
        return listedTargets + arms.flatMap(\.listedTargets)
    }

    private var listedTargets: [String] {
        elements(of: "targets").compactMap { $0.knownText ?? $0.field("target")?.knownText }
    }

    private var knownText: String? { node.scalar.map { reader.knownText(of: $0.string) } }

    private func elements(of name: String) -> [YAMLCursor] {
        field(name)?.node.sequence?.map { YAMLCursor(node: $0, reader: reader) } ?? []
    }

    private func members(of name: String) -> [(name: String, value: YAMLCursor)] {
        (field(name)?.node.mapping?.merged ?? []).compactMap { key, value in
            key.scalar.map { (name: $0.string, value: YAMLCursor(node: value, reader: reader)) }
        }
    }
}
