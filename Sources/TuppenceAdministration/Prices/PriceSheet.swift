import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway

/// Every price that is known: the configuration's, and behind them the catalogue's for all providers, also those that
/// nothing is configured for.
package struct PriceSheet {
    /// The configuration's, and what was added by file.
    private var own: PriceBook
    private var catalogue = PriceBook()

    /// - Parameter updates: what was written beside the configuration, also for providers that are not configured.
    package init(configured: PriceBook, updates: PriceUpdates? = nil) {
        own = configured
        for file in ProviderCatalog.files {
            for entry in file.read(file.formerModels) + file.read(file.models) {
                catalogue.set(entry.listing, provider: file.provider.id, model: entry.model)
            }
        }
        for (target, entry) in updates?.entries ?? [] {
            catalogue.set(entry.listing, provider: target.provider, model: target.model)
        }
    }

    /// What is listed under a target's full name, before what the configuration makes of it.
    package func listed(_ target: Target) -> PriceBook.Listing? {
        catalogue.exactListing(of: target) ?? own.exactListing(of: target)
    }

    /// Adds a price list whose models are written `provider/model`.
    package mutating func add(listFrom path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure("'\(path)' cannot be read.")
        }
        let entries: [PriceList.Entry]
        do throws(PriceList.ParseError) {
            entries = try PriceList.parse(String(decoding: data, as: UTF8.self), version: "file")
        } catch {
            throw Failure("\(path), \(error)")
        }
        for entry in entries {
            guard let target = Target(entry.model) else {
                throw Failure("\(path): '\(entry.model)' is not provider/model.")
            }
            own.set(entry.listing, provider: target.provider, model: target.model)
        }
    }

    package func listing(of target: Target) -> PriceBook.Listing? {
        own.listing(of: target) ?? catalogue.listing(of: target)
    }

    /// Every target with a price under its full name, and the configuration's patterns, in order.
    package var targets: [Target] {
        Set(own.targets + own.patterns + catalogue.targets).sorted { $0.description < $1.description }
    }

    /// Every price. What is to come stands below what is in force, or by itself where that is listed under no name of its own.
    ///
    /// - Parameter target: one that is asked for by its full name, and so is there even if a pattern alone has its price.
    package func rows(and changes: [PriceChange], naming target: Target? = nil) -> [PriceRow] {
        let listed = targets
        let named = (target.map { [$0] } ?? []).filter { !$0.model.hasSuffix("*") && !listed.contains($0) }
        let present = (listed + named).compactMap { target in
            listing(of: target).map { PriceRow(target: target, listing: $0, from: nil) }
        }
        let later = changes.map { PriceRow(target: $0.target, listing: $0.listing, from: $0.time) }
        let numbered = (present + later).enumerated().map { (name: $1.target.description, place: $0, row: $1) }
        return numbered.sorted { ($0.name, $0.place) < ($1.name, $1.place) }.map(\.row)
    }

    /// The wire format that a provider's usage comes in; OpenAI's where nothing else is known.
    package func dialect(of provider: String) -> UsageDialect {
        ProviderCatalog.file(of: provider)?.provider.usageDialect ?? .openAI
    }
}

/// What a target costs.
package struct PriceRow {
    package var target: Target
    package var listing: PriceBook.Listing
    /// When it will count; nil where it does.
    package var from: String?
}

extension Administration {
    /// What models cost: the catalogue's prices, and the configuration's in place of them, those to come included.
    ///
    /// - Parameters:
    ///   - provider: nil for all.
    ///   - model: its name, or how names begin and a `*`; nil for all.
    package func prices(provider: String?, model: String?) -> [PriceLine] {
        let configuration = loaded.configuration
        let sheet = PriceSheet(configured: configuration.policy.prices)
        let named = provider.flatMap { provider in model.map { Target(provider: provider, model: $0) } }
        return sheet.rows(and: configuration.priceChanges, naming: named).filter { row in
            guard provider == nil || provider == row.target.provider else { return false }
            guard let model else { return true }
            return model.hasSuffix("*") ? row.target.model.hasPrefix(model.dropLast()) : row.target.model == model
        }.map { PriceLine($0.target, $0.listing, from: $0.from) }
    }
}
