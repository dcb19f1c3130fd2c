import TuppenceCore

/// Numbers as people read them.
enum Shown {
    /// The whole number next to it; of arms that vary a lot, intervals end beyond all whole numbers.
    static func whole(_ value: Double) -> Int64 {
        value.isNaN ? 0 : Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
    }

    /// Dollars to the cent, or to the ten-thousandth or the millionth where that is all there is.
    static func money(_ amount: Money) -> String {
        let size = amount.nanodollars.magnitude
        let decimals = size == 0 || size >= 1_000_000_000 ? 2 : size >= 10_000_000 ? 4 : 6
        var unit: UInt64 = 1
        for _ in decimals..<9 { unit *= 10 }
        let rounded = (size + unit / 2) / unit
        let scale = 1_000_000_000 / unit
        let fraction = String(rounded % scale)
        let sign = amount.nanodollars < 0 ? "-" : ""
        let whole = (rounded / scale).grouped(by: ",")
        return "\(sign)$\(whole).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
    }

    /// `1,234,567`.
    static func count(_ number: Int) -> String { number.grouped(by: ",") }

    static func share(_ share: Double?) -> String {
        guard let share else { return "–" }
        let tenths = Int((share * 1_000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }

    static func span(_ span: Milliseconds?) -> String {
        guard let span else { return "–" }
        if span.count < 1_000 { return "\(span.count) ms" }
        return "\(span.count / 1_000).\(span.count % 1_000 / 100) s"
    }

    /// A moment of UTC: `2026-11-27 20:45:01`.
    static func time(_ time: Timestamp) -> String {
        let text = time.iso8601
        return String(text.dropLast(text.hasSuffix("Z") ? 1 : 0)).replacing("T", with: " ")
    }

    /// What tokens cost by the million (`$0.15/M`), sound by the minute, and other pieces one by one.
    static func rate(_ rate: Rate, of kind: UsageKind) -> String {
        switch kind.priceUnit {
        case .million: "\(rate.perMillion)/M"
        case .each: "\(rate.perPiece) each"
        case .minute: "\(rate.perMinute)/min"
        }
    }

    /// `0.31`, `-1.50`, with three decimals below a tenth: what is neither money nor a count.
    ///
    /// - Parameter sign: whether what is above zero has one as well.
    static func decimal(_ value: Double, sign: Bool = false) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        let decimals = abs(value) >= 0.1 || value == 0 ? 2 : 3
        let scale = decimals == 2 ? 100.0 : 1_000.0
        let units = Int64((abs(value) * scale).rounded())
        let (whole, rest) = units.quotientAndRemainder(dividingBy: Int64(scale))
        let fraction = String(String(Int64(scale) + rest).dropFirst())
        return "\(value < 0 && units > 0 ? "-" : sign && units > 0 ? "+" : "")\(whole).\(fraction)"
    }

    /// What `part` is of `whole` in percent, as SVG takes it, at most 100.
    static func percent(_ part: Int64, of whole: Int64) -> String {
        guard whole > 0, part > 0 else { return "0" }
        let hundredths = Int64((min(1, Double(part) / Double(whole)) * 10_000).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
