/// A part of something, to the millionth.
public struct Share: Hashable, Sendable {
    public let partsPerMillion: Int64

    public static let whole = Share(partsPerMillion: 1_000_000)

    public init(partsPerMillion: Int64) {
        precondition((0...1_000_000).contains(partsPerMillion), "a share of \(partsPerMillion) parts per million")
        self.partsPerMillion = partsPerMillion
    }

    /// Reads `20%` or `0.5%`; at most four decimals, and no more than `100%`.
    public init?(percent text: String) {
        guard text.hasSuffix("%"), let value = DecimalNumber.units(4, of: text.dropLast()), value <= 1_000_000
        else { return nil }
        self.init(partsPerMillion: value)
    }
}

extension Share: CustomStringConvertible {
    /// `20%`, `0.5%`.
    public var description: String {
        let (whole, rest) = partsPerMillion.quotientAndRemainder(dividingBy: 10_000)
        var text = "\(whole)"
        if rest > 0 {
            var decimals = String("\(10_000 + rest)".dropFirst())
            while decimals.hasSuffix("0") { decimals.removeLast() }
            text += ".\(decimals)"
        }
        return text + "%"
    }
}
