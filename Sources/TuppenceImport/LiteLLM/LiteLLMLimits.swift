/// Making `limits` of providers, by model, of what deployments are limited to.
extension LiteLLMImport {
    private static let largest = 1_000_000_000_000

    /// LiteLLM counts each deployment by itself; what leads to one target is counted together here, up to the sum.
    mutating func makeLimits() {
        var done: Set<String> = []
        for target in deployments.map(\.target) where done.insert(target).inserted {
            let like = deployments.filter { $0.target == target }
            let fields = [
                limit("rpm", \.requestsPerMinute, of: like), limit("tpm", \.tokensPerMinute, of: like),
                limit("concurrency", \.parallelRequests, of: like),
            ].compactMap(\.self)
            if !fields.isEmpty { add(fields, to: target) }
        }
    }

    private mutating func limit(
        _ name: String, _ field: KeyPath<LiteLLMDeployment, SettingNode?>, of like: [LiteLLMDeployment]
    ) -> TuppenceFile.Field? {
        let nodes = like.compactMap { $0[keyPath: field] }.filter { !$0.isNull }
        guard !nodes.isEmpty else { return nil }
        let counts = nodes.compactMap { Self.integer($0.text) }.filter { (1...Self.largest).contains($0) }
        guard counts.count == like.count else {
            for node in nodes {
                leftOut(node, "it is no number above zero, or what else leads to the same target has no such limit.")
            }
            return nil
        }
        for node in nodes {
            changed(
                node,
                "it is a limit of the model at its provider: a request that finds no room there goes to the next target."
            )
        }
        return TuppenceFile.Field(name, .plain("\(min(Self.largest, counts.reduce(0, +)))"))
    }

    private mutating func add(_ fields: [TuppenceFile.Field], to target: String) {
        guard let slash = target.firstIndex(of: "/"),
            let place = file.providers.firstIndex(where: { $0.name == target[..<slash] })
        else { return }
        let model = String(target[target.index(after: slash)...])
        file.providers[place].limits.append(TuppenceFile.Field(model, .mapping(fields)))
    }
}
