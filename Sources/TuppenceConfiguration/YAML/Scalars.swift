import TuppenceCore

/// How single values are written.
enum Scalar {
    /// `32MB`, `512KB`, `1000000`: at least one byte, and less than a terabyte. A KB is 1,024 bytes, as in nginx.
    static func bytes(_ text: String) -> Int? {
        let units: [(String, Int64)] = [
            ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30),
            ("B", 1), ("", 1),
        ]
        guard let (count, factor) = number(text, units: units) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow || product < 1 || product >= 1 << 40 ? nil : Int(exactly: product)
    }

    /// `4096` or `4_096`: a whole number within `range`.
    static func integer(_ text: String, in range: ClosedRange<Int>) -> Int? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "_") }
        guard text.utf8.first != UInt8(ascii: "_"), isDigits(digits) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self)).flatMap { range.contains($0) ? $0 : nil }
    }

    /// A number of percent with at most two decimals, `12.5`, in hundredths; nil above 1,000 percent.
    static func hundredths(of text: Substring) -> Int64? {
        DecimalNumber.units(2, of: text).flatMap { $0 <= 100_000 ? $0 : nil }
    }

    static func boolean(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// What may name a key, a budget or a provider. A `/` would make two names that are joined by one ambiguous.
    static func name(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-_.:@+".utf8.contains(byte)
        }
        return isPlain && (1...128).contains(text.utf8.count) ? text : nil
    }

    static let nameForm = "a name: letters, digits and any of - _ . : @ +"

    /// Whether `text` is a number alone, without a unit.
    fileprivate static func isBare(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) || "._".utf8.contains($0) }
    }

    private static func number(_ text: String, units: [(String, Int64)]) -> (Int64, Int64)? {
        for (suffix, factor) in units where text.hasSuffix(suffix) {
            let digits = text.dropLast(suffix.count).utf8
            return isDigits(digits) ? Int64(String(Substring(digits))).map { ($0, factor) } : nil
        }
        return nil
    }

    /// Int's own initializer takes signs too.
    private static func isDigits(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (48...57).contains($0) }
    }
}

extension YAMLCursor {
    func duration() -> Milliseconds? { span("a duration such as 500ms, 30s, 10m or 2h") { Milliseconds(text: $0) } }
    /// 0 for `off`.
    func durationOrOff() -> Milliseconds? {
        span("a duration such as 500ms, 30s or 10m, or off") { $0 == "off" ? Milliseconds(0) : Milliseconds(text: $0) }
    }
    /// Of a number alone no unit is guessed: that would be wrong by a factor of a thousand as often as not.
    private func span(_ what: String, _ parse: (String) -> Milliseconds?) -> Milliseconds? {
        guard let text = text(what) else { return nil }
        if let span = parse(text.value) { return span }
        report("'\(text.written)' is not \(what).", Scalar.isBare(text.value) ? "Add a unit: ms, s, m, h or d." : "")
        return nil
    }
    func bytes() -> Int? { value("a size such as 32MB, 512KB or a number of bytes", Scalar.bytes) }
    func boolean() -> Bool? { value("true or false", Scalar.boolean) }

    /// A name, and how messages may call it.
    func name() -> YAMLText? {
        guard let text = text("a name") else { return nil }
        if Scalar.name(text.value) != nil { return text }
        report("'\(text.written)' is not \(Scalar.nameForm).")
        return nil
    }

    func integer(in range: ClosedRange<Int>) -> Int? {
        let bounds =
            range.upperBound == .max
            ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        return value("a whole number \(bounds)") { Scalar.integer($0, in: range) }
    }

    func money() -> Money? {
        value("an amount in USD such as $20 or 0.50, with at most nine decimals") { Money(writtenUSD: $0) }
    }

    func markup() -> Markup? {
        value("a markup from 0% to 10000% such as 15% or 12.5%") { Markup(percent: $0) }
    }

    func rate() -> Rate? {
        value("a price in USD per million tokens such as 0.15, with at most six decimals") { Rate(usdPerMillion: $0) }
    }

    /// A list of what models can do: `[ tools, vision ]`.
    func capabilities() -> ModelCapabilities {
        let known = ModelCapabilities.named.map(\.name)
        return list(of: "capabilities").reduce(into: []) { all, cursor in
            if let name = cursor.choice("capability", known), let capability = ModelCapabilities(name: name) {
                all.insert(capability)
            }
        }
    }

    /// One of `choices`; those of `later` are reported as not available yet. `what` names it: "strategy".
    func choice(_ what: String, _ choices: [String], later: [String] = []) -> String? {
        guard let text = text(choices.quoted("or")) else { return nil }
        if choices.contains(text.value) { return text.value }
        if later.contains(text.value) {
            report("\(what) '\(text.written)' is not available in this version.", "Write \(choices.quoted("or")).")
        } else {
            let suggestion = Suggestion.sentence(for: text.value, among: choices + later)
            report(
                "unknown \(what) '\(text.written)'.", suggestion.isEmpty ? "Write \(choices.quoted("or"))." : suggestion
            )
        }
        return nil
    }
}
