import Foundation
import TuppenceCore

/// Figures as people write them.
enum Wording {
    /// `31%`, `4.2%`; no more than two digits that tell anything.
    static func percent(_ share: Double) -> String {
        let percent = abs(share) * 100
        return percent >= 9.95 ? "\(Int(percent.rounded()))%" : String(format: "%.1f%%", percent)
    }

    /// `12-48%`, `4.0-12%`.
    static func percents(_ low: Double, _ high: Double) -> String {
        "\(percent(low).dropLast())-\(percent(high))"
    }

    /// `+0.6 points`.
    static func points(_ rate: Double) -> String { String(format: "%+.1f", rate * 100) }

    /// `12,345`.
    static func count(_ number: Int) -> String { number.grouped(by: ",") }

    static func score(_ value: Double) -> String { String(format: "%.2f", abs(value)) }
}
