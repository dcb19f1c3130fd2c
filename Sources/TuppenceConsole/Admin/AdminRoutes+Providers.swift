import TuppenceAdministration
import TuppenceCore
import TuppenceGateway

extension AdminRoutes {
    private struct ProviderLine: Encodable {
        let name: String
        let dialect: String
        let baseUrl: String
        let tier: String
        /// Those of routes.
        let targets: [TargetLine]
    }

    static func providers(_ gateway: Gateway) -> [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/providers", role: .viewer,
                summary: "The providers, and how the targets of routes are doing there.",
                output: .page(
                    .object([
                        "name": .text, "dialect": .text, "base_url": .text, "tier": .text,
                        "targets": .list(TargetLine.schema),
                    ]))
            ) { call in
                let configuration = gateway.loaded.configuration
                let targets = Set(configuration.policy.routes.values.flatMap(\.everyCandidate).map(\.target))
                let situations = gateway.plane.health.situations(of: targets, at: call.now)
                let lines = configuration.providers.map { provider in
                    ProviderLine(
                        name: provider.id, dialect: provider.dialect.rawValue, baseUrl: provider.baseURL,
                        tier: provider.tier.rawValue,
                        targets: targets.filter { $0.provider == provider.id }.sorted { $0.model < $1.model }
                            .map { TargetLine($0, situations[$0]) })
                }
                return AdminAnswer(ListPage(data: lines))
            }
        ]
    }
}
