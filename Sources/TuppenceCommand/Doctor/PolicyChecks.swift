import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceServer

/// Whether what is configured does what its owner most likely means.
enum PolicyChecks {
    static func diagnoses(_ loaded: LoadedConfiguration, at now: Timestamp) -> [Diagnosis] {
        providers(loaded) + prices(loaded.configuration.policy) + retirements(loaded.configuration, at: now)
            + certificate(loaded.configuration.server, at: now)
    }

    private static func providers(_ loaded: LoadedConfiguration) -> [Diagnosis] {
        if loaded.isSandbox {
            return [
                .warning(
                    "providers", "No provider has a key, so the sandbox answers, which is no model.",
                    "Set a variable such as OPENAI_API_KEY ('tuppence prices providers' lists them), or write 'providers'."
                )
            ]
        }
        let broken = loaded.configuration.providers.filter { provider in
            provider.apiKey?.utf8.allSatisfy { $0 > 32 && $0 < 127 } == false
        }
        guard broken.isEmpty else {
            return broken.map { provider in
                .error(
                    "providers",
                    "The key of '\(provider.id)' has spaces or line ends in it, so that no request can have it.",
                    "Take it over without them: 'api_key', or its variable.")
            }
        }
        return [.ok("providers", loaded.configuration.providers.map(\.id).joined(separator: ", "))]
    }

    private static func prices(_ policy: Policy) -> [Diagnosis] {
        let targets = Set(policy.routes.values.flatMap(\.everyCandidate).map(\.target))
        let unknown = targets.filter { policy.prices.listing(of: $0) == nil }.map(\.description).sorted()
        guard !unknown.isEmpty else {
            return policy.allowsUnpriced || policy.allowsUnpricedOf.values.contains(true)
                ? [
                    .warning(
                        "prices", "'unpriced: allow' lets models without a price be used at no cost.",
                        "Remove it once all models that are used have a price.")
                ] : [.ok("prices", "Every target of a route has a price.")]
        }
        return [
            .error(
                "prices",
                "No price is known for \(unknown.joined(separator: ", ")): what they cost is booked as nothing.",
                "Give them one under 'prices', or take over newer ones: tuppence prices update")
        ]
    }

    private static func retirements(_ configuration: Configuration, at now: Timestamp) -> [Diagnosis] {
        let retiring = configuration.policy.retiringTargets(at: now)
        let former = configuration.formerTargetsOfRoutes
        guard !retiring.isEmpty || !former.isEmpty else {
            return [.ok("models", "No model of a route is near its end.")]
        }
        return retiring.map { one -> Diagnosis in
            let remedy = "Route to another: \(one.routes.joined(separator: ", "))."
            return one.isPast ? .error("models", one.text, remedy) : .warning("models", one.text, remedy)
        }
            + former.map { one in
                .warning("models", one.text, "Route to another: \(one.routes.joined(separator: ", ")).")
            }
    }

    private static func certificate(_ server: ServerSettings, at now: Timestamp) -> [Diagnosis] {
        guard let tls = server.tls else { return [] }
        let remedy = "Renew it; the gateway reads its files again by itself."
        do {
            let files = CertificateFiles(tls)
            let identity = try files.load()
            if let warning = files.warning(of: identity, at: now) { return [.error("certificate", warning, remedy)] }
            let days = (identity.expires - now).count / 86_400_000
            if days < 14 { return [.warning("certificate", "It counts for \(days) more days.", remedy)] }
            return [.ok("certificate", "It counts until \(identity.expires.iso8601).")]
        } catch {
            return [.error("certificate", "\(error)", "Correct server.tls.")]
        }
    }
}
