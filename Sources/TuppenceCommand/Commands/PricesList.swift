import ArgumentParser
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway

struct PricesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The prices that are known: the catalogue's, and the configuration's in place of them.",
        discussion: """
            USD per million tokens; tiers of context and of service stand in the JSON. Below the price that counts stand those \
            of the configuration that will, with 'from'.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "Only this provider's, or only this provider/model, which may end in *.") var provider: String?
    @Option(help: "Further prices: a file in the catalogue's form, its models as provider/model.") var prices: String?
    @Flag(help: "Print JSON, rates in picodollars for each token or piece.") var json = false

    func run() throws {
        let configuration = try options.load().configuration
        var sheet = PriceSheet(configured: configuration.policy.prices)
        if let prices { try sheet.add(listFrom: prices) }
        let named = provider.flatMap { Target($0) }
        let rows = sheet.rows(and: configuration.priceChanges, naming: named).filter { isWanted($0.target) }
        if let provider, rows.isEmpty {
            throw Failure("No price is known for '\(provider)'. Write a provider such as openai, or provider/model.")
        }
        if json { return try JSONOutput.print(rows.map { PriceLine($0.target, $0.listing, from: $0.from) }) }
        var table = Table(
            ["target", "input", "cached", "write", "write 1h", "output", "context", "else"],
            numeric: [1, 2, 3, 4, 5, 6])
        for row in rows {
            let rates = row.listing.rates.standard
            func text(_ rate: Rate?) -> String { rate?.perMillion.usd ?? "-" }
            table.add([
                row.target.description, text(rates.input), text(rates.cachedInput), text(rates.cacheWrite),
                text(rates.cacheWriteLong), text(rates.output), row.listing.contextLength.map { "\($0)" } ?? "-",
                ((row.from.map { ["from:\($0)"] } ?? []) + row.listing.rates.remarks).joined(separator: " "),
            ])
        }
        print(table.text)
    }

    private func isWanted(_ target: Target) -> Bool {
        guard let provider else { return true }
        if !provider.contains("/") { return target.provider == provider }
        guard provider.hasSuffix("*") else { return target.description == provider }
        return target.description.hasPrefix(provider.dropLast())
    }
}

extension RateCard {
    /// What a table of the common rates leaves out.
    fileprivate var remarks: [String] {
        var remarks = tiers.map { "above:\($0.inputTokens)" }
        remarks += ServiceTier.allCases.filter { services[$0] != nil }.map(\.rawValue)
        if standard.audioInput != nil || standard.audioOutput != nil { remarks.append("audio") }
        if standard.imageInput != nil || standard.imageOutput != nil { remarks.append("image") }
        if let search = standard.search {
            remarks.append("search:\(search.perPiece)")
        }
        if let image = standard.image { remarks.append("image:\(image.perPiece)") }
        if let character = standard.character { remarks.append("character:\(character.perMillion.usd)") }
        if let second = standard.audioSecond {
            remarks.append("audio_minute:\(second.perMinute)")
        }
        if perRequest != .zero { remarks.append("request:\(perRequest)") }
        return remarks
    }
}
