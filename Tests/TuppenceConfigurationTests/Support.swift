import TuppenceCore

@testable import TuppenceConfiguration

/// The configuration that `yaml` describes, in a file called `tuppence.yaml`.
func read(_ yaml: String, _ environment: [String: String] = [:]) throws(ConfigurationError) -> Configuration {
    try Configuration.parse(yaml, file: "tuppence.yaml", environment: environment)
}

/// What is wrong with `yaml`, each as `line:column: message remedy`.
func problems(_ yaml: String, _ environment: [String: String] = [:]) -> [String] {
    do throws(ConfigurationError) {
        _ = try read(yaml, environment)
        return []
    } catch {
        return error.problems.map { $0.description.replacing("tuppence.yaml:", with: "") }
    }
}

/// A provider that is listed nowhere, with one priced model: something for routes, keys and budgets to name.
let local = """
    providers: { local: { base_url: http://127.0.0.1:9001/v1 } }
    prices: { local/llama: { input: 0.80, output: 0.80 } }

    """

func usd(_ text: String) -> Money? { Money(usd: text) }
func perMillion(_ text: String) -> Rate? { Rate(usdPerMillion: text) }
