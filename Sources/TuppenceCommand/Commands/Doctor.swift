import ArgumentParser
import Foundation
import NIOPosix
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceUpstream

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what commonly goes wrong, and say what to do about it.",
        discussion: """
            Nothing is changed, and without --online nobody is asked. It ends with 1 where it finds an error, with 0 where there \
            are warnings at the most. With --quick it asks the gateway that runs on this configuration whether it takes requests, \
            and nothing else: for the health check of a container.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Ask each provider whether it is there and takes its key; that costs nothing.") var online = false
    @Flag(help: "Ask the gateway whether it takes requests, and nothing else.") var quick = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if online, quick {
            throw ValidationError("--quick asks nobody but the gateway: leave out --online, or --quick.")
        }
    }

    func run() async throws {
        let found = quick ? await readiness() : await diagnoses()
        if json { try JSONOutput.print(found) } else { print(found.text) }
        if found.contains(where: { $0.level == .error }) { throw ExitCode(1) }
    }

    private func readiness() async -> [Diagnosis] {
        let loaded: LoadedConfiguration
        do {
            loaded = try LoadedConfiguration.load(
                path: options.config, environment: ProcessInfo.processInfo.environment.withSecretFiles(),
                needsSecrets: false)
        } catch { return Self.diagnoses(of: error) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        return [await ListenChecks.readiness(loaded.configuration.server, on: group)] + (await closing(group))
    }

    private func diagnoses() async -> [Diagnosis] {
        let environment = ProcessInfo.processInfo.environment
        var found: [Diagnosis] = []
        do {
            let loaded = try LoadedConfiguration.load(
                path: options.config, environment: environment.withSecretFiles())
            found.append(.ok("configuration", "\(loaded.path ?? "No configuration file"): good."))
            found += PolicyChecks.diagnoses(loaded, at: WallClock.now)
            found += loaded.telemetryWarnings(environment).map {
                Diagnosis.warning(
                    "telemetry", $0, "Say what is meant in the section 'telemetry', which comes before variables.")
            }
            let store = StoreChecks.look(at: loaded.configuration.store, WallClock.now)
            found += BudgetChecks.diagnoses(loaded, store.contents) + store.diagnoses
            found += await connections(loaded, environment)
        } catch {
            found += Self.diagnoses(of: error)
        }
        return found + files()
    }

    private static func diagnoses(of error: ConfigurationError) -> [Diagnosis] {
        error.problems.map { problem in
            let place = problem.line > 0 ? "\(problem.file):\(problem.line):\(problem.column)" : problem.file
            return .error(
                "configuration", "\(place): \(problem.message)",
                problem.remedy.isEmpty ? "Correct that line." : problem.remedy)
        }
    }

    private func connections(_ loaded: LoadedConfiguration, _ environment: [String: String]) async -> [Diagnosis] {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var found = await ListenChecks.diagnoses(loaded.configuration.server, on: group)
        if online, !loaded.isSandbox {
            do {
                let network = try UpstreamNetwork(environment: environment)
                found += await ProviderChecks.diagnoses(loaded.configuration.providers, network: network, on: group)
            } catch { found.append(.error("environment", error.description, "Correct the variable, or unset it.")) }
        }
        return found + (await closing(group))
    }

    private func closing(_ group: MultiThreadedEventLoopGroup) async -> [Diagnosis] {
        do {
            try await group.shutdownGracefully()
            return []
        } catch { return [.warning("connections", "They did not close: \(error)", "Run it again.")] }
    }

    /// Each connection is a file, and each request may need two.
    private func files() -> [Diagnosis] {
        let most = OpenFiles.most
        guard most < Self.enoughFiles else { return [.ok("files", "\(most) may be open at once.")] }
        return [
            .warning(
                "files", "\(most) files may be open at once: enough for \(OpenFiles.connections(for: most)) callers.",
                "Raise the limit: LimitNOFILE=65536 in the unit of systemd, or ulimit -n 65536.")
        ]
    }

    private static let enoughFiles = 4_096
}
