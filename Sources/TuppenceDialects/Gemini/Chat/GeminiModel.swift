/// What a Gemini model can do, by its name.
///
/// Sources: https://ai.google.dev/gemini-api/docs/thinking, …/thought-signatures, …/function-calling (read 2026-11).
struct GeminiModel: Hashable {
    /// `gemini-2.5-flash` is 25, `gemini-3-pro-preview` 30. A name without a version (`gemini-flash-latest`) is taken for
    /// the latest.
    let version: Int
    private let isPro: Bool
    private let isLite: Bool
    private let isGemini: Bool

    init(_ name: String) {
        let parts = name.split(whereSeparator: { "-/@:".contains($0) })
        isGemini = parts.contains { $0.hasPrefix("gemini") }
        isPro = parts.contains("pro")
        isLite = parts.contains("lite")
        let number = parts.drop { !$0.hasPrefix("gemini") }.dropFirst().first.flatMap { part -> Int? in
            let digits = part.split(separator: ".")
            guard let major = digits.first.flatMap({ Int($0) }), (1...99).contains(major) else { return nil }
            let minor = digits.count > 1 ? Int(digits[1]) ?? 0 : 0
            return major * 10 + min(max(minor, 0), 9)
        }
        version = number ?? 39
    }

    var canThink: Bool { isGemini && version >= 25 }
    /// Whether it takes a level of thinking in place of a budget.
    var takesLevel: Bool { version >= 30 }
    /// Whether it takes a level below `LOW`, which is as good as none.
    var takesMinimalLevel: Bool { !isPro }
    var takesMediumLevel: Bool { !isPro || version >= 31 }
    /// The least and the most that can be thought; 0 where it can do without.
    var budgets: ClosedRange<Int> { isPro ? 128...32_768 : isLite ? 512...24_576 : 1...24_576 }
    var canDoWithoutThinking: Bool { !isPro }
    /// Whether calls of tools are taken back only with the signature that they came with.
    var checksSignatures: Bool { isGemini && version >= 30 }
    /// Whether images may be part of what a tool gave.
    var takesMediaInResults: Bool { isGemini && version >= 30 }
}
