import TuppenceAdministration
import TuppenceGateway

extension AdminRoutes {
    private struct Reloaded: Encodable {
        let file: String?
        let reloaded = true
        let needsRestart: [String]
    }

    static func configuration(_ reload: ConfigurationReload) -> [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .post, path: "/configuration/reload", role: .operator,
                summary: "Reads the configuration file anew, as SIGHUP does. One with a mistake in it changes nothing.",
                output: .object(
                    ["file": .text, "reloaded": .truth, "needs_restart": .list(.text)], optional: ["file"])
            ) { call in
                let outcome: ConfigurationReload.Outcome
                do {
                    outcome = try reload.perform()
                } catch {
                    throw AdministrationError(
                        .conflict, "The configuration was not reloaded, and the old one stays in force: \(error)")
                }
                try await call.administration.ask { try $0.noteReload(of: outcome.file, by: call.actor, at: call.now) }
                return AdminAnswer(Reloaded(file: outcome.file, needsRestart: outcome.needsRestart))
            }
        ]
    }
}
