import TuppenceCore

/// Making `routes` of deployments that share a name.
extension LiteLLMImport {
    mutating func makeRoutes(_ settings: LiteLLMSettings) {
        var groups: [String] = []
        for deployment in deployments where !groups.contains(deployment.group) { groups.append(deployment.group) }
        for group in groups {
            let own = deployments.filter { $0.group == group }
            guard Self.isRouteName(group) else {
                leftOut(own[0].node, "a route's name is visible ASCII characters without spaces, 256 at the most.")
                continue
            }
            file.routes.append(route(group, own, settings))
        }
        setStrategy(settings.strategy)
        // From what deployments say alone: fallbacks do not lead on to each other's.
        let plain = file.routes
        for node in [settings.fallbacks, settings.contextFallbacks].compactMap(\.self) {
            for list in node.elements {
                for member in list.members { addFallbacks(member.value, to: member.name, from: plain) }
            }
            if !node.isSequence, !node.isNull { leftOut(node, "it is no list of '{ model: [ model ] }'.") }
        }
        if let node = settings.contextFallbacks, !node.elements.isEmpty {
            changed(
                node,
                "they come after the route's own targets: what is too long for those goes on to them, and so does what fails there."
            )
        }
        if let node = settings.defaultFallbacks {
            let named = Set((settings.fallbacks?.elements ?? []).flatMap(\.members).map(\.name))
            for route in plain where !named.contains(route.name) {
                addFallbacks(node, to: route.name, from: plain, onlyOf: route.kind)
            }
        }
        for alias in settings.aliases?.members ?? [] { addAlias(alias) }
    }

    static func isRouteName(_ name: String) -> Bool {
        // What looks like a variable would be one.
        !name.isEmpty && name.utf8.count <= 256 && name.utf8.allSatisfy { (33...126).contains($0) }
            && !name.contains("${")
    }

    /// Of routes that have a choice: for the others it makes no difference, and is not told.
    private mutating func setStrategy(_ node: SettingNode?) {
        let places = file.routes.indices.filter { file.routes[$0].choices.count > 1 }
        guard !places.isEmpty, let chosen = strategy(node) else { return }
        for place in places { file.routes[place].strategy = chosen }
    }

    /// - Returns: nil for `weighted`, which routes are anyway.
    private mutating func strategy(_ node: SettingNode?) -> String? {
        guard let node, !node.isNull, node.text != "simple-shuffle" else { return nil }
        switch node.text {
        case "latency-based-routing":
            changed(node, "it becomes 'strategy: fastest': by first tokens of streams and ends of whole answers.")
            return "fastest"
        case "cost-based-routing", "lowest_cost", "lowest-cost":
            changed(node, "it becomes 'strategy: cheapest': by what each request will most likely cost.")
            return "cheapest"
        case "least-busy":
            changed(node, "the nearest is 'strategy: fastest': who has much to do answers late, and is chosen less.")
            return "fastest"
        case "usage-based-routing", "usage-based-routing-v2":
            changed(
                node,
                "the nearest is 'weighted': targets are drawn by their weights, and those that have reached their limits are passed over."
            )
        default: changed(node, "it becomes 'weighted', in proportion to the weights.")
        }
        return nil
    }

    private mutating func route(
        _ name: String, _ own: [LiteLLMDeployment], _ settings: LiteLLMSettings
    ) -> TuppenceFile.Route {
        var route = TuppenceFile.Route(name: name, choices: [], kind: own.first?.kind ?? .chat)
        let weights = weights(own)
        for (index, deployment) in own.enumerated() {
            let choice = TuppenceFile.Choice(
                target: deployment.target, weight: weights?[index], priority: deployment.order)
            // Two keys of one account are one target here, and so are two deployments that differ in nothing.
            if let same = route.choices.firstIndex(where: {
                $0.target == choice.target && $0.priority == choice.priority
            }) {
                if let more = choice.weight {
                    route.choices[same].weight = min(1_000_000, (route.choices[same].weight ?? 0) + more)
                }
                changed(
                    deployment.node, "it leads where another deployment of '\(name)' does, and is one target with it.")
            } else {
                route.choices.append(choice)
            }
        }
        route.maxOutputTokens = shared(own, \.maxTokens, of: name) { text in
            Self.integer(text).flatMap { $0 > 0 ? "\($0)" : nil }
        }.flatMap { Int($0) }
        route.timeout =
            shared(own, \.timeout, of: name, Self.duration) ?? settings.timeout?.text.flatMap(Self.duration)
        return route
    }

    /// By `weight`, else `rpm`, else `tpm`, whichever the first deployment has: so LiteLLM picks, too.
    private func weights(_ own: [LiteLLMDeployment]) -> [Int]? {
        guard own.count > 1, let first = own.first else { return nil }
        let field: KeyPath<LiteLLMDeployment, SettingNode?>
        if first.weight != nil {
            field = \.weight
        } else if first.requestsPerMinute != nil {
            field = \.requestsPerMinute
        } else if first.tokensPerMinute != nil {
            field = \.tokensPerMinute
        } else {
            return nil
        }
        // As whole numbers in the same proportions, to six decimals.
        let exact = own.map { deployment -> Int in
            guard let text = deployment[keyPath: field]?.text, let (rate, _) = PerToken.rate(text) else { return 0 }
            return Int(rate.picodollars / 1_000_000)
        }
        let divisor = exact.reduce(0, Self.greatestCommonDivisor)
        guard divisor > 0 else { return nil }
        var weights = exact.map { $0 / divisor }
        if let largest = weights.max(), largest > 1_000_000 {
            weights = weights.map { $0 == 0 ? 0 : max(1, $0 / (largest / 1_000_000 + 1)) }
        }
        return weights
    }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        right == 0 ? left : greatestCommonDivisor(right, left % right)
    }

    /// What the deployments of a route agree on: a route has one value for all of them.
    private mutating func shared(
        _ own: [LiteLLMDeployment], _ field: KeyPath<LiteLLMDeployment, SettingNode?>, of route: String,
        _ read: (String) -> String?
    ) -> String? {
        let nodes = own.compactMap { $0[keyPath: field] }
        guard !nodes.isEmpty else { return nil }
        let values = Set(nodes.map { $0.text.flatMap(read) })
        guard let value = values.first, values.count == 1, let value, nodes.count == own.count else {
            for node in nodes {
                leftOut(
                    node,
                    "the deployments of '\(route)' do not agree on it, or it cannot be read: a route has one for all its targets."
                )
            }
            return nil
        }
        return value
    }

    /// - Parameter kind: what the others have to be for; nil where that was the file's to know.
    private mutating func addFallbacks(
        _ node: SettingNode, to name: String, from plain: [TuppenceFile.Route], onlyOf kind: ModelKind? = nil
    ) {
        guard let place = file.routes.firstIndex(where: { $0.name == name }) else {
            return leftOut(node, "there is no model '\(name)' in the file that came over.")
        }
        for element in node.elements {
            guard let other = element.text.flatMap({ text in plain.first { $0.name == text } }) else {
                leftOut(element, "there is no model '\(element.text ?? "")' in the file that came over.")
                continue
            }
            guard other.name != name else { continue }
            if let kind, other.kind != kind {
                changed(element, "it is not put behind '\(name)', whose requests it cannot answer.")
                continue
            }
            var route = file.routes[place]
            let base = (route.choices.map { $0.priority ?? 0 }.max() ?? 0) + 1
            for choice in other.choices where !route.choices.contains(where: { $0.target == choice.target }) {
                var choice = choice
                choice.priority = base + (choice.priority ?? 0)
                route.choices.append(choice)
            }
            file.routes[place] = route
        }
    }

    /// `gpt-4: gpt-4o`, or `gpt-4: { model: gpt-4o, hidden: true }`.
    private mutating func addAlias(_ alias: SettingNode.Member) {
        let model = alias.value.text ?? alias.value["model"]?.text
        guard let model, let route = file.routes.first(where: { $0.name == model }) else {
            return leftOut(alias.value, "there is no model '\(model ?? "")' in the file that came over.")
        }
        guard Self.isRouteName(alias.name), !file.routes.contains(where: { $0.name == alias.name }) else {
            return leftOut(alias.value, "'\(alias.name)' is a model of its own already, or no name for a route.")
        }
        if alias.value["hidden"]?.flag == true { changed(alias.value, "routes cannot be hidden: it is listed.") }
        var copy = route
        copy.name = alias.name
        file.routes.append(copy)
    }
}
