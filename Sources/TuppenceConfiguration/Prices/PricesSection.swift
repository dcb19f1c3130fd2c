import TuppenceCore
import TuppenceDialects

/// The price book: the catalogue's lists for the providers in use, and on top of them what the file says.
struct PricesSection {
    private(set) var book = PriceBook()
    /// What takes the place of a price in it later, in the order of the times.
    private(set) var changes: [PriceChange] = []
    /// Those that their providers no longer offer.
    private(set) var former: Set<Target> = []

    /// The catalogue's prices for `providers`, and those that came later.
    init(catalogueOf providers: [String], updates: PriceUpdates? = nil) {
        self.init(offeredBy: providers, updates: updates)
        addFormer(of: providers)
    }

    private init(offeredBy providers: [String], updates: PriceUpdates?) {
        for provider in providers { add(ProviderCatalog.models(of: provider), to: provider) }
        add(updates, for: Set(providers))
    }

    private mutating func addFormer(of providers: [String]) {
        for provider in providers {
            guard let file = ProviderCatalog.file(of: provider) else { continue }
            addFormer(file.read(file.formerModels), of: provider)
        }
    }

    /// Whoever still sends requests to them goes on to do so, at the price that they had; what prices them otherwise goes before it.
    private mutating func addFormer(_ models: [PriceList.Entry], of provider: String) {
        for entry in models where !entry.model.hasSuffix("*") {
            let target = Target(provider: provider, model: entry.model)
            former.insert(target)
            if book.listing(of: target) == nil {
                book.set(entry.listing, provider: provider, model: entry.model)
            }
        }
    }

    private mutating func add(_ updates: PriceUpdates?, for providers: Set<String>) {
        for (target, entry) in updates?.entries ?? [] where providers.contains(target.provider) {
            book.set(entry.listing, provider: target.provider, model: target.model)
        }
    }

    private mutating func add(_ models: [PriceList.Entry], to provider: String) {
        for entry in models { book.set(entry.listing, provider: provider, model: entry.model) }
    }

    /// Reads `prices: { local/llama*: { input: 0.80, cached_input: 0.08, output: 0.80 } }`, in USD per million tokens.
    ///
    /// A model that ends in `*` prices those without a price of their own, be it the file's or the catalogue's.
    init(_ section: YAMLCursor?, providers: ProvidersSection, updates: PriceUpdates? = nil) {
        let listed = providers.names.subtracting(providers.files.keys).sorted()
        self.init(offeredBy: listed, updates: nil)
        for (name, file) in providers.files { add(file.models, to: name) }
        add(updates, for: providers.names)
        if providers.isSandbox { SandboxDefaults.addPrices(to: &book) }
        read(section, providers: providers)
        addFormer(of: listed)
        for (name, file) in providers.files { addFormer(file.former, of: name) }
    }

    private mutating func read(_ section: YAMLCursor?, providers: ProvidersSection) {
        let known = providers.names.sorted() + ProviderCatalog.all.map(\.id)
        let written = (section?.entries("model") ?? []).compactMap { entry in
            Self.target(of: entry, known: known).map { (target: $0, prices: DatedPrice.all(of: entry)) }
        }
        var latest: [Target: PriceBook.Listing] = [:]
        for (target, prices) in written {
            // The file is refused already; that its targets have no price is no second problem.
            if prices.isEmpty { set(Self.unread, of: target) }
            for price in prices where price.from == nil {
                latest[target] = read(price, of: target, over: nil, isInUse: true)
            }
        }
        // Only now it is known what counts before each of these: any of the former may be that.
        for (target, prices) in written {
            for price in prices where price.from != nil {
                let isInUse = providers.names.contains(target.provider)
                latest[target] = read(price, of: target, over: latest[target], isInUse: isInUse)
            }
        }
        changes.sort { $0.from < $1.from }
    }

    private static let unread = PriceBook.Listing(
        rates: RateCard(version: "unread", standard: RateCard.Rates(input: .free)))

    private static func target(of entry: YAMLEntry, known: [String]) -> Target? {
        guard let target = Target(entry.name), !target.model.dropLast().contains("*") else {
            entry.key.report(
                "'\(entry.name)' is not a provider and its model.",
                "Write provider/model, or provider/begin* for all that begin so.")
            return nil
        }
        guard known.contains(target.provider) else {
            let suggestion = Suggestion.sentence(for: target.provider, among: known)
            entry.key.report(
                "there is no provider '\(target.provider)'.",
                suggestion.isEmpty ? "Add it under 'providers', or remove this price." : suggestion)
            return nil
        }
        return target
    }

    /// - Parameters:
    ///   - earlier: the price of the file that this one takes the place of.
    ///   - isInUse: whether the book has the prices of its provider, and anybody can send requests to it.
    private mutating func read(
        _ price: DatedPrice, of target: Target, over earlier: PriceBook.Listing?, isInUse: Bool
    ) -> PriceBook.Listing {
        let isPattern = target.model.hasSuffix("*")
        let priced = earlier ?? (isPattern ? nil : book.listing(of: target))
        guard var listing = Self.read(price.entry, over: priced, isDated: true) else {
            set(Self.unread, of: target)
            return Self.unread
        }
        // A new price does not change what the model can take, unless the file says so.
        listing.contextLength = listing.contextLength ?? priced?.contextLength
        listing.maxOutputTokens = listing.maxOutputTokens ?? priced?.maxOutputTokens
        listing.kind = priced?.kind ?? listing.kind
        if !listing.saysAll {
            listing.capabilities = priced?.capabilities ?? []
            listing.saysAll = earlier?.saysAll ?? false
        }
        listing.retirement = priced?.retirement
        let named = isPattern ? Target(provider: target.provider, model: String(target.model.dropLast())) : target
        // What has no price before its first one has that from the beginning.
        if let from = price.from, !isInUse || book.listing(of: named) != nil {
            changes.append(PriceChange(from: from, target: target, listing: listing))
        } else {
            set(listing, of: target)
        }
        return listing
    }

    private mutating func set(_ listing: PriceBook.Listing, of target: Target) {
        book.set(listing, provider: target.provider, model: target.model)
    }

    /// - Parameter listed: what is known of the model, whose rates stay where the entry has none. Tiers of service that it has
    ///   and the entry has not follow the entry's rates: what is written is the standard price, and the others are not that.
    /// - Parameter isDated: whether it may say from when it counts, which has been read before.
    static func read(
        _ entry: YAMLEntry, over listed: PriceBook.Listing? = nil, isDated: Bool = false
    ) -> PriceBook.Listing? {
        let kinds = UsageKind.priceNames
        let place = "the price of '\(entry.name)'"
        let others = ["context", "max_output", "can"] + (isDated ? ["from"] : [])
        guard let fields = entry.value.fields(of: place, kinds + priceParts + others) else { return nil }
        let limits = (
            context: fields["context"]?.integer(in: 1...Int.max), output: fields["max_output"]?.integer(in: 1...Int.max)
        )
        let can = fields["can"]?.capabilities()
        if var listing = listed, (kinds + priceParts).allSatisfy({ fields[$0] == nil }),
            can != nil || limits.context != nil || limits.output != nil
        {
            listing.contextLength = limits.context
            listing.maxOutputTokens = limits.output
            listing.limitCapabilities(to: can)
            return listing
        }
        let input = fields.required("input", "'input: 0.15', in USD per million tokens")?.rate()
        guard let input else { return nil }
        let rates = rates(fields, over: RateCard.Rates(input: input))
        var card = RateCard(version: "", standard: rates, perRequest: fields["request"]?.money() ?? .zero)
        // A rate that was forgotten gives nothing away: requests with output are refused then.
        card.pricesOutput = fields["output"] != nil
        card.tiers = tiers(fields, place: place, over: rates)
        if let listed { card.keepServices(of: listed.rates) }
        for tier in Self.services {
            guard let cursor = fields[tier.rawValue] else { continue }
            card.services[tier] = service(cursor, place: "'\(tier.rawValue)' of \(place)", over: rates)
        }
        card.version = "config-" + StableHash.hex(card.text)
        var listing = PriceBook.Listing(
            rates: card, contextLength: limits.context, maxOutputTokens: limits.output)
        listing.limitCapabilities(to: can)
        return listing
    }

    /// The rates that `fields` name; the others stay as in `base`.
    private static func rates(_ fields: YAMLFields, over base: RateCard.Rates) -> RateCard.Rates {
        var rates = base
        for kind in UsageKind.allCases {
            guard let field = fields[kind.priceName] else { continue }
            let rate =
                switch kind.priceUnit {
                case .million: field.rate()
                case .each: field.money().flatMap(Rate.init(forEach:))
                case .minute: field.money().flatMap(Rate.init(forMinute:))
                }
            if let rate { rates.set(rate, for: kind) }
        }
        return rates
    }

    /// Tiers of service that may have a price of their own.
    private static let services = ServiceTier.allCases.filter { $0 != .standard }
    /// What a price may have beside its rates.
    private static let priceParts = ["request", "tiers"] + services.map(\.rawValue)

    /// Reads `priority: { input: 2, output: 20, tiers: [ … ] }`: the rates that change, as a tier of context does.
    private static func service(
        _ cursor: YAMLCursor, place: String, over base: RateCard.Rates
    ) -> RateCard.Service? {
        guard let fields = cursor.fields(of: place, UsageKind.priceNames + ["tiers"]) else { return nil }
        let rates = rates(fields, over: base)
        return RateCard.Service(rates: rates, tiers: tiers(fields, place: place, over: rates))
    }

    private static func tiers(
        _ fields: YAMLFields, place: String, over base: RateCard.Rates
    ) -> [RateCard.ContextTier] {
        var tiers: [RateCard.ContextTier] = []
        for cursor in fields["tiers"]?.list(of: "tiers") ?? [] {
            if let tier = tier(cursor, place: place, above: tiers.last?.inputTokens ?? 0, over: base) {
                tiers.append(tier)
            }
        }
        return tiers
    }

    private static func tier(
        _ cursor: YAMLCursor, place: String, above last: Int, over base: RateCard.Rates
    ) -> RateCard.ContextTier? {
        let place = "a tier of \(place)"
        guard let fields = cursor.fields(of: place, ["above"] + UsageKind.priceNames),
            let above = fields.required("above", "'above: 200000', in input tokens")?.integer(in: 1...Int.max)
        else { return nil }
        guard above > last else {
            cursor.report("the tiers do not rise at \(above).", "List them in the order of 'above'.")
            return nil
        }
        return RateCard.ContextTier(above: above, rates: rates(fields, over: base))
    }
}

extension PriceBook.Listing {
    /// What the file says is all that there is, even if it is nothing.
    fileprivate mutating func limitCapabilities(to can: ModelCapabilities?) {
        guard let can else { return }
        capabilities = can
        saysAll = true
    }
}

extension RateCard {
    /// All that decides what it charges, in a form of which every change is a change of price.
    fileprivate var text: String {
        let services = services.sorted { $0.key.rawValue < $1.key.rawValue }.map { tier, service in
            ([tier.rawValue, service.rates.text] + service.tiers.map(\.text)).joined(separator: " ")
        }
        let parts = [standard.text] + tiers.map(\.text) + (pricesOutput ? [] : ["no output"])
        return (parts + ["request=\(perRequest.nanodollars)"] + services).joined(separator: " ")
    }
}

extension RateCard.ContextTier {
    fileprivate var text: String { ">\(inputTokens) \(rates.text)" }
}

extension RateCard.Rates {
    fileprivate var text: String {
        UsageKind.allCases.map { "\($0.rawValue)=\(self[$0].picodollars)" }.joined(separator: " ")
    }
}
