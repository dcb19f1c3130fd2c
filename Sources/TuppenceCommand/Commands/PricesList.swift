import ArgumentParser
import TuppenceCore
import TuppenceGateway

struct PricesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The prices that are known: the catalogue's, and the configuration's in place of them.",
        discussion: "USD per million tokens; tiers of context and of service stand in the JSON.")

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "Only this provider's, or only this provider/model, which may end in *.") var provider: String?
    @Option(help: "Further prices: a file in the catalogue's form, its models as provider/model.") var prices: String?
    @Flag(help: "Print JSON, rates in picodollars for each token or piece.") var json = false

    func run() throws {
        var sheet = PriceSheet(configured: try options.load().configuration.policy.prices)
        if let prices { try sheet.add(listFrom: prices) }
        let rows = sheet.targets.filter(isWanted).compactMap { target in
            sheet.listing(of: target).map { (target, $0) }
        }
        if let provider, rows.isEmpty {
            throw Failure("No price is known for '\(provider)'. Write a provider such as openai, or provider/model.")
        }
        if json { return try JSONOutput.print(rows.map(PriceLine.init)) }
        var table = Table(
            ["target", "input", "cached", "write", "write 1h", "output", "context", "else"],
            numeric: [1, 2, 3, 4, 5, 6])
        for (target, listing) in rows {
            let rates = listing.rates.standard
            func text(_ rate: Rate?) -> String { rate?.perMillion.usd ?? "-" }
            table.add([
                target.description, text(rates.input), text(rates.cachedInput), text(rates.cacheWrite),
                text(rates.cacheWriteLong), text(rates.output), listing.contextLength.map { "\($0)" } ?? "-",
                listing.rates.remarks.joined(separator: " "),
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
