import TuppenceCore

/// The providers that are known by name: a file in `Providers` each, which becomes part of the program when it is built.
public enum ProviderCatalog {
    /// All that are known, in the order of their names. Their models are read when they are asked for: a gateway holds those
    /// of the providers it uses.
    public static let files: [ProviderFile] = EmbeddedCatalogue.files.map { file in
        do throws(PriceList.ParseError) {
            return try ProviderFile(name: file.name, text: .embedded(file.text))
        } catch {
            preconditionFailure("the catalogue's \(file.name), \(error)")
        }
    }

    public static let all: [Provider] = files.map(\.provider)

    public static func provider(_ id: String) -> Provider? { all.first { $0.id == id } }

    /// Who is there that has another name in the configuration: a further resource at Azure, say, or a further account. What
    /// runs on one's own machine may be anybody's.
    package static func provider(at baseURL: String, _ host: ProviderHost, _ dialect: Dialect) -> Provider? {
        all.first { provider in
            guard provider.dialect == dialect else { return false }
            if host.isAzure { return provider.host.isAzure }
            // Their addresses have a project or a region in them.
            if host == .vertex || dialect == .bedrock { return provider.host == host }
            return host == provider.host && baseURL == provider.baseURL && baseURL.hasPrefix("https://")
        }
    }

    /// The models of a provider that can be asked for; none of one that is not known.
    public static func models(of provider: String) -> [PriceList.Entry] {
        guard let file = file(of: provider) else { return [] }
        return file.read(file.models)
    }

    public static func file(of provider: String) -> ProviderFile? { files.first { $0.provider.id == provider } }
}

/// A file of the catalogue as `EmbedCatalogue` puts it into the program.
struct EmbeddedFile: Sendable {
    let name: String
    let text: StaticString
}

extension ProviderFile {
    /// What `list` gives of a file that was part of the program, and so has no mistakes.
    package func read<Entries>(_ list: () throws(PriceList.ParseError) -> Entries) -> Entries {
        do throws(PriceList.ParseError) {
            return try list()
        } catch {
            preconditionFailure("the catalogue's \(name), \(error)")
        }
    }
}
