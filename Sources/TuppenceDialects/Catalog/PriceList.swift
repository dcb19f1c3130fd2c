import TuppenceCore

/// A provider's models as people write them down: a model a line, its rates in USD per million tokens.
///
///     # model      input  cached  output  context  max_output
///     gpt-4o-mini  0.15   0.075   0.60    128000   16384       can=tools,vision retires=2027-01-31 replaced_by=gpt-5.6
///     gpt-5.6      4      0.40    20      922000   128000      cache_write=5
///         above_272000:input=8,cached=0.80,output=30
///     acme-embed   0.02   -       -       8192     -           kind=embedding
///     acme-*       1      -       2       -        -           request=0.01
///
/// A column without a figure holds `-`; only `input` needs one. A model that ends in `*` stands for all that begin so.
/// After the columns may come, in USD per million tokens, `cache_write=`, `cache_write_1h=`, `audio_input=`,
/// `cached_audio_input=`, `image_input=`, `reasoning=`, `audio_output=` and `image_output=`; `request=` and `search=` in USD
/// for each, `image=` too; `character=` in USD per million; `audio_minute=` in USD; and `above_N:` with the rates that change for requests with more than `N` input tokens; the others stay.
/// `batch:`, `flex:`, `priority:`, `ultrafast:`, `regional:`, `faster:` and `regional-faster:` have the rates that change in
/// that tier of service, `flex_above_N:` those that change again above `N`. `kind=` is one of ``ModelKind`` (chat), `can=` lists ``ModelCapabilities``, `retires=` is the day on which
/// a model is gone, `replaced_by=` what to use instead, and `sure=` lists what ``PriceReview`` finds odd and somebody has
/// looked up. A line that begins with white space continues the one before it, and `#` begins a comment line.
public enum PriceList {
    /// What a list says of one model.
    public struct Entry: Hashable, Sendable {
        /// The line that it begins on, from 1.
        public var line: Int
        public var model: String
        public var listing: PriceBook.Listing
        /// Oddities that are right.
        package var sure: [Oddity] = []

        package init(line: Int = 0, model: String, listing: PriceBook.Listing) {
            self.line = line
            self.model = model
            self.listing = listing
        }
    }

    public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// Counts from 1.
        public let line: Int
        public let message: String
        public var description: String { "line \(line): \(message)" }
    }

    /// Reads `text`, each of whose rate cards becomes one of edition `version`.
    ///
    /// - Parameter firstLine: the number of its first line, where it is part of a file.
    public static func parse(
        _ text: String, version: String, firstLine: Int = 1
    ) throws(ParseError) -> [Entry] {
        var entries: [Entry] = []
        var models: Set<String> = []
        for row in try rows(of: text, firstLine: firstLine) {
            let entry = try row.entry(version: version)
            guard models.insert(entry.model).inserted else {
                throw ParseError(line: row.line, message: "'\(entry.model)' is listed twice")
            }
            entries.append(entry)
        }
        return entries
    }

    private static func rows(of text: String, firstLine: Int) throws(ParseError) -> [PriceRow] {
        var rows: [PriceRow] = []
        for (index, line) in text.utf8.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            let fields = line.split(whereSeparator: isSpace).map { Substring($0) }
            guard let first = fields.first, !first.hasPrefix("#") else { continue }
            if line.first.map(isSpace) == true {
                guard !rows.isEmpty else {
                    throw ParseError(line: firstLine + index, message: "there is no line to continue")
                }
                rows[rows.count - 1].fields += fields
            } else {
                rows.append(PriceRow(line: firstLine + index, fields: fields))
            }
        }
        return rows
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
}
