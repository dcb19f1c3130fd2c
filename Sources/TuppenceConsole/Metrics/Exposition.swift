import TuppenceCore

/// Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats (read 2026-11-27).
struct Exposition {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter, gauge, histogram
    }

    /// A value as it is written: whole numbers and decimals are exact.
    enum Value {
        case whole(Int64)
        case count(UInt64)
        /// Nanoseconds as seconds, nanodollars as dollars.
        case billionths(Int64)
        case ratio(Double)

        fileprivate var text: String {
            switch self {
            case .whole(let value): "\(value)"
            case .count(let value): "\(value)"
            case .billionths(let value): Money(nanodollars: value).usd
            case .ratio(let value): "\(value)"
            }
        }
    }

    typealias Labels = KeyValuePairs<String, String>

    private(set) var text = ""

    /// Begins a family: its samples follow.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: Value) {
        text += name + Self.text(labels.map { ($0.key, $0.value) }) + " " + value.text + "\n"
    }

    /// A family of one sample.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Value) {
        family(name, kind, help)
        sample(name, [:], value)
    }

    /// The samples of a histogram in a family that has begun. Counts are of all that is below a bound, as Prometheus wants.
    mutating func histogram(_ name: String, _ labels: Labels, _ histogram: DurationHistogram) {
        let pairs = labels.map { ($0.key, $0.value) }
        var below: UInt64 = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            below += count
            let end = Value.billionths(bound).text
            text += "\(name)_bucket\(Self.text(pairs + [("le", end)])) \(below)\n"
        }
        text += "\(name)_bucket\(Self.text(pairs + [("le", "+Inf")])) \(histogram.count)\n"
        text += "\(name)_sum\(Self.text(pairs)) \(Value.billionths(histogram.sum).text)\n"
        text += "\(name)_count\(Self.text(pairs)) \(histogram.count)\n"
    }

    private static func text(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0)=\"\(escaped($1, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
