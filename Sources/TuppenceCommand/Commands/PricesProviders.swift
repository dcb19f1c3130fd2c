import ArgumentParser
import TuppenceCore
import TuppenceDialects

struct PricesProviders: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers",
        abstract: "The providers that are known by name, with the variable that holds the key of each.")

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let lines = ProviderCatalog.files.map(Line.init)
        if json { return try JSONOutput.print(lines) }
        var table = Table(["provider", "key", "models", "read", "base URL"], numeric: [2])
        for line in lines {
            table.add([
                line.provider, line.keyVariable ?? "-", "\(line.models)", line.read,
                line.baseUrl ?? "each customer's own",
            ])
        }
        print(table.text)
    }

    struct Line: Encodable {
        var provider: String
        var keyVariable: String?
        var baseUrl: String?
        var dialect: String
        var models: Int
        var read: String
        var sources: [String]

        init(_ file: ProviderFile) {
            provider = file.provider.id
            keyVariable = file.provider.keyVariable
            baseUrl = file.provider.baseURL.isEmpty ? nil : file.provider.baseURL
            dialect = file.provider.dialect.rawValue
            models = file.read(file.models).count
            read = String(file.read.iso8601.prefix(10))
            sources = file.sources
        }
    }
}
