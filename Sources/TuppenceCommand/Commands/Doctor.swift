import ArgumentParser
import Foundation
import NIOPosix
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceServer

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what commonly goes wrong, and say what to do about it.",
        discussion: """
            Nothing is changed, and without --online nobody is asked. It ends with 1 where it finds an error, with 0 where there \
            are warnings at the most.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Ask each provider whether it is there and takes its key; that costs nothing.") var online = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let found = await diagnoses()
        if json { try JSONOutput.print(found) } else { print(found.text) }
        if found.contains(where: { $0.level == .error }) { throw ExitCode(1) }
    }

    private func diagnoses() async -> [Diagnosis] {
        let environment = ProcessInfo.processInfo.environment
        var found: [Diagnosis] = []
        do {
            let loaded = try LoadedConfiguration.load(path: options.config, environment: environment)
            found.append(.ok("configuration", "\(loaded.path ?? "No configuration file"): good."))
            found += PolicyChecks.diagnoses(loaded, at: WallClock.now)
            let store = StoreChecks.look(at: loaded.configuration.store, WallClock.now)
            found += BudgetChecks.diagnoses(loaded, store.contents) + store.diagnoses
            found += await connections(loaded, environment)
        } catch {
            found += error.problems.map { problem in
                let place = problem.line > 0 ? "\(problem.file):\(problem.line):\(problem.column)" : problem.file
                return .error(
                    "configuration", "\(place): \(problem.message)",
                    problem.remedy.isEmpty ? "Correct that line." : problem.remedy)
            }
        }
        return found + files()
    }

    private func connections(_ loaded: LoadedConfiguration, _ environment: [String: String]) async -> [Diagnosis] {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var found = await ListenChecks.diagnoses(loaded.configuration.server, on: group)
        if online, !loaded.isSandbox {
            let authorities = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
            found += await ProviderChecks.diagnoses(loaded.configuration.providers, authorities: authorities, on: group)
        }
        do { try await group.shutdownGracefully() } catch {
            found.append(.warning("connections", "They did not close: \(error)", "Run it again."))
        }
        return found
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
