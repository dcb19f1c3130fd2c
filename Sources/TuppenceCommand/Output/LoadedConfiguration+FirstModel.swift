import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

extension LoadedConfiguration {
    /// The name to begin with: the first route by name whose targets chat, else the first such model; nil where there is neither.
    var firstChatModel: String? { isSandbox ? "fast-llm" : configuration.firstChatModel }
}

extension Configuration {
    fileprivate var firstChatModel: String? {
        if let route = policy.routes.sorted(by: { $0.key < $1.key }).first(where: { chats($0.value) }) {
            return route.key
        }
        let targets = policy.prices.targets
        // Credentials of a cloud may be for something else.
        let likely = targets.filter { !policy.yielding.contains($0.provider) }
        return (likely + targets).first { target in
            guard policy.providers.contains(target.provider), !formerTargets.contains(target),
                let route = try? policy.route(for: "\(target)")
            else { return false }
            return chats(route)
        }?.description
    }

    private func chats(_ route: Route) -> Bool {
        guard let candidate = route.choices.first?.candidate else { return false }
        return policy.kind(of: candidate) ?? .chat == .chat
    }
}
