import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

extension Tuppence {
    /// Where a configuration comes from. What may stand in one is in `docs/reference/configuration.md`; `server.listen`
    /// counts for nothing here, as nothing listens.
    public struct Configuration: Sendable {
        private enum Origin {
            case standard
            case file(String)
            case text(String)
            case sandbox(database: String)
        }

        private let origin: Origin

        /// As `tuppence serve` finds it: `./tuppence.yaml` if it is there; else the providers whose keys are in the
        /// environment; where there are none, the sandbox.
        public static let standard = Configuration(origin: .standard)

        /// A file of YAML.
        public static func file(_ path: String) -> Configuration { Configuration(origin: .file(path)) }

        /// The text of such a file. Without any provider in it or in the environment, the sandbox answers.
        public static func yaml(_ text: String) -> Configuration { Configuration(origin: .text(text)) }

        /// The sandbox: a provider within this process that needs no key and costs nothing, with the routes `fast-llm`,
        /// `smart-llm`, `cheap-embedding` and `falls-over`, whatever the environment has.
        ///
        /// - Parameter database: the path of the ledger's file, which is made if it is not there.
        public static func sandbox(database: String) -> Configuration {
            Configuration(origin: .sandbox(database: database))
        }

        func load(_ environment: [String: String]) throws(TuppenceError) -> LoadedConfiguration {
            do throws(ConfigurationError) {
                switch origin {
                case .standard: return try LoadedConfiguration.load(path: nil, environment: environment)
                case .file(let path): return try LoadedConfiguration.load(path: path, environment: environment)
                case .text(let text):
                    return LoadedConfiguration(
                        try .parse(text, file: "configuration", environment: environment), path: nil)
                case .sandbox(let database):
                    var loaded = LoadedConfiguration(.fromEnvironment([:]), path: nil)
                    loaded.configuration.store = .sqlite(path: database)
                    return loaded
                }
            } catch {
                throw TuppenceError(.invalidConfiguration, error.description)
            }
        }
    }
}
