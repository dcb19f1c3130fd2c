import TuppenceCore

/// All that is known of one provider, in a file that people read and correct: what it is called, where it is, what habits
/// it has, then its models as a ``PriceList``.
///
///     # Acme serves small models from a hill.
///     provider: acme
///     base_url: https://api.acme.example/v1
///     key_variable: ACME_API_KEY
///     source: https://docs.acme.example/pricing
///     read: 2026-11-23
///
///     # model     input  cached  output  context  max_output
///     acme-small  0.15   0.075   0.60    128000   16384       can=tools,vision
///
///     no_longer_offered:
///     acme-tiny   0.10   -       0.20    32000    -
///
/// `provider`, `source` (any number of them) and `read`, the day on which somebody looked there, have to be there; so does
/// `base_url`, which is `-` where each customer has an address of his own. The others have defaults: `key_variable` (no
/// key), `key_alias` (none, or several), `base_url_variable` (none), `dialect` (openai), `host` (standard), `usage` (the dialect), `output_limit_field` (max_tokens), `stream_options` (true), `accepts` (nothing) and
/// `on_disconnect` (stop_streams). What stands below `no_longer_offered:` is listed nowhere, and priced where it is still used.
public struct ProviderFile: Sendable {
    /// As messages call it.
    public let name: String
    public let provider: Provider
    /// Where its facts were read.
    public let sources: [String]
    /// When they were.
    public let read: Timestamp
    private let text: CatalogueText
    /// The first line of the models, from 1.
    private let firstModelLine: Int

    /// Reads the lines above the models; those are read when they are asked for.
    public init(name: String, text: String) throws(PriceList.ParseError) {
        try self.init(name: name, text: .owned(text))
    }

    init(name: String, text: CatalogueText) throws(PriceList.ParseError) {
        let header = try ProviderHeader(text.string)
        self.name = name
        self.text = text
        provider = header.provider
        sources = header.sources
        read = header.read
        firstModelLine = header.lines + 1
    }

    /// Whether `text` is meant to be such a file, and not a list of models alone.
    package static func isOne(_ text: String) -> Bool {
        text.utf8.split(separator: 10).contains { Substring($0).hasPrefix("provider:") }
    }

    /// What the ledger keeps with every entry that these prices made.
    public var edition: String { "catalogue-" + read.iso8601.prefix(10) }

    /// The models that can be asked for.
    public func models() throws(PriceList.ParseError) -> [PriceList.Entry] {
        try PriceList.parse(lists().offered, version: edition, firstLine: firstModelLine)
    }

    /// Models that are no longer offered, or that no address here serves. Who still asks for them does so at these prices.
    public func formerModels() throws(PriceList.ParseError) -> [PriceList.Entry] {
        let lists = lists()
        return try PriceList.parse(
            lists.former, version: edition + "-unrouted", firstLine: firstModelLine + lists.formerLine)
    }

    private func lists() -> (offered: String, former: String, formerLine: Int) {
        let lines = text.string.utf8.split(separator: 10, omittingEmptySubsequences: false).dropFirst(
            firstModelLine - 1)
        guard let place = lines.firstIndex(where: { Substring($0).hasPrefix("no_longer_offered:") }) else {
            return (Self.joined(lines), "", 0)
        }
        return (
            Self.joined(lines[..<place]), Self.joined(lines[(place + 1)...]), place + 1 - lines.startIndex
        )
    }

    private static func joined(_ lines: ArraySlice<Substring.UTF8View>) -> String {
        guard let first = lines.first, let last = lines.last else { return "" }
        return String(Substring(first).base[first.startIndex..<last.endIndex])
    }
}

/// The text of a file: part of the program, or read while it runs.
enum CatalogueText: Sendable {
    case embedded(StaticString)
    case owned(String)

    /// A copy of it that goes when nobody looks at it any more.
    var string: String {
        switch self {
        case .embedded(let text):
            String(
                decoding: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), as: UTF8.self)
        case .owned(let text): text
        }
    }
}
