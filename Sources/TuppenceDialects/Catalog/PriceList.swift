import TuppenceCore

/// A provider's prices as people write them down: a model a line, its rates in USD per million tokens.
///
///     # model      input  cached  output  context  max_output
///     gpt-4o-mini  0.15   0.075   0.60    128000   16384
///     gpt-5.6      4      0.40    20      922000   128000      cache_write=5
///         above_272000:input=8,cached=0.80,output=30
///     acme-*       1      -       2       -        -           request=0.01
///
/// A column without a figure holds `-`; only `input` needs one. A model that ends in `*` stands for all that begin so.
/// After the columns may come, in USD per million tokens, `cache_write=`, `cache_write_1h=`, `audio_input=`,
/// `cached_audio_input=`, `image_input=`, `reasoning=`, `audio_output=` and `image_output=`; `request=` and `search=` in USD
/// for each; and `above_N:` with the rates that change for requests with more than `N` input tokens; the others stay.
/// `batch:`, `flex:`, `priority:` and `ultrafast:` have the rates that change in that tier of service, `flex_above_N:` those that change
/// again above `N`. A line that begins with white space continues the one before it, and `#` begins a comment line.
public enum PriceList {
    public typealias Entry = (model: String, listing: PriceBook.Listing)

    public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// Counts from 1.
        public let line: Int
        public let message: String
        public var description: String { "line \(line): \(message)" }
    }

    /// Reads `text`, each of whose rate cards becomes one of edition `version`.
    public static func parse(_ text: String, version: String) throws(ParseError) -> [Entry] {
        var entries: [Entry] = []
        var models: Set<String> = []
        for row in try rows(of: text) {
            let entry = try row.entry(version: version)
            guard models.insert(entry.model).inserted else {
                throw ParseError(line: row.line, message: "'\(entry.model)' is listed twice")
            }
            entries.append(entry)
        }
        return entries
    }

    private static func rows(of text: String) throws(ParseError) -> [Row] {
        var rows: [Row] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard let first = fields.first, !first.hasPrefix("#") else { continue }
            if line.first?.isWhitespace == true {
                guard !rows.isEmpty else { throw ParseError(line: index + 1, message: "there is no line to continue") }
                rows[rows.count - 1].fields += fields
            } else {
                rows.append(Row(line: index + 1, fields: fields))
            }
        }
        return rows
    }
}

/// One model's fields, and the line they begin on.
private struct Row {
    let line: Int
    var fields: [Substring]

    func entry(version: String) throws(PriceList.ParseError) -> PriceList.Entry {
        guard fields.count >= 6 else {
            throw failure("expected model, input, cached, output, context and max_output; use - for none")
        }
        let model = String(fields[0])
        guard !model.dropLast().contains("*") else { throw failure("'\(model)' has a * before its end") }
        guard let input = try rate(fields[1]) else { throw failure("'\(model)' has no input rate") }
        var rates = RateCard.Rates(input: input, output: try rate(fields[3]) ?? .free)
        rates.cachedInput = try rate(fields[2])
        var card = RateCard(version: version, standard: rates)
        let extras = fields.dropFirst(6)
        for extra in extras where !extra.contains(":") && !extra.hasPrefix("above_") { try add(extra, to: &card) }
        // Last, because tiers of context and of service begin with all the standard rates.
        for extra in extras where extra.hasPrefix("above_") {
            card.tiers.append(try tier(extra, after: card.tiers.last, base: card.standard))
        }
        for extra in extras where extra.contains(":") && !extra.hasPrefix("above_") { try addService(extra, to: &card) }
        return (
            model,
            PriceBook.Listing(rates: card, contextLength: try tokens(fields[4]), maxOutputTokens: try tokens(fields[5]))
        )
    }

    private func add(_ item: Substring, to card: inout RateCard) throws(PriceList.ParseError) {
        let (name, figure) = try pair(item)
        if name == "request" {
            guard let fee = Money(usd: String(figure)) else { throw failure("'\(item)' is no amount in USD") }
            card.perRequest = fee
        } else {
            try set(name, figure, in: &card.standard)
        }
    }

    /// Reads `above_200000:input=2.50,output=5`.
    private func tier(
        _ item: Substring, after last: RateCard.ContextTier?, base: RateCard.Rates
    ) throws(PriceList.ParseError) -> RateCard.ContextTier {
        let parts = item.dropFirst("above_".count).split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let bound = try tokens(parts[0]) else { throw failure("'\(item)' is no tier") }
        guard bound > last?.inputTokens ?? 0 else { throw failure("the tiers do not rise at \(bound)") }
        return RateCard.ContextTier(above: bound, rates: try rates(parts[1], over: base))
    }

    /// Reads `flex:input=1,output=5`, or `flex_above_200000:input=2`, which has to come behind it.
    private func addService(_ item: Substring, to card: inout RateCard) throws(PriceList.ParseError) {
        let name = item.prefix { $0 != ":" && $0 != "_" }
        guard let tier = ServiceTier(rawValue: String(name)), tier != .standard else {
            throw failure("'\(item)' is no tier")
        }
        let rest = item.dropFirst(name.count + 1)
        if item.dropFirst(name.count).first == ":" {
            card.services[tier] = RateCard.Service(rates: try rates(rest, over: card.standard))
            return
        }
        guard var service = card.services[tier], rest.hasPrefix("above_") else { throw failure("'\(item)' is no tier") }
        service.tiers.append(try self.tier(rest, after: service.tiers.last, base: service.rates))
        card.services[tier] = service
    }

    private func rates(
        _ list: Substring, over base: RateCard.Rates
    ) throws(PriceList.ParseError) -> RateCard.Rates {
        var rates = base
        for rate in list.split(separator: ",") {
            let (name, figure) = try pair(rate)
            try set(name, figure, in: &rates)
        }
        return rates
    }

    private func set(
        _ name: Substring, _ figure: Substring, in rates: inout RateCard.Rates
    ) throws(PriceList.ParseError) {
        guard let kind = name == "cached" ? .cachedInput : UsageKind(rawValue: String(name)) else {
            throw failure("'\(name)' is no kind of usage")
        }
        guard let rate = kind == .search ? try piece(figure) : try rate(figure) else {
            throw failure("'\(name)' has no rate")
        }
        rates.set(rate, for: kind)
    }

    private func pair(_ item: Substring) throws(PriceList.ParseError) -> (name: Substring, figure: Substring) {
        let parts = item.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { throw failure("'\(item)' is not name=figure") }
        return (parts[0], parts[1])
    }

    private func rate(_ field: Substring) throws(PriceList.ParseError) -> Rate? {
        if field == "-" { return nil }
        guard let rate = Rate(usdPerMillion: String(field)) else {
            throw failure("'\(field)' is no rate in USD per million with at most six decimals")
        }
        return rate
    }

    /// A rate in USD for each piece.
    private func piece(_ field: Substring) throws(PriceList.ParseError) -> Rate? {
        if field == "-" { return nil }
        guard let rate = Money(usd: String(field)).flatMap(Rate.init(forEach:)) else {
            throw failure("'\(field)' is no amount in USD")
        }
        return rate
    }

    private func tokens(_ field: Substring) throws(PriceList.ParseError) -> Int? {
        if field == "-" { return nil }
        guard let count = Int(field), count > 0 else { throw failure("'\(field)' is no number of tokens") }
        return count
    }

    private func failure(_ message: String) -> PriceList.ParseError { .init(line: line, message: message) }
}
