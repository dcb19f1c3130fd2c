/// What a Claude model can do, by its name.
///
/// Sources: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking, …/extended-thinking, …/effort,
/// …/structured-outputs (read 2026-11).
struct AnthropicModel: Hashable {
    /// `claude-opus-4-6` is 46, `claude-3-7-sonnet-20250219` 37. A name without a version is taken for 46: what that can do,
    /// its successors can.
    let version: Int

    init(_ name: String) {
        var numbers: [Int] = []
        if let start = name.range(of: "claude") {
            for part in name[start.upperBound...].split(whereSeparator: { "-.@:/".contains($0) }) {
                // Dates have eight digits.
                if part.count <= 2, let number = Int(part), numbers.count < 2 { numbers.append(number) }
                if part.count == 8 { break }
            }
        }
        version = numbers.isEmpty ? 46 : numbers[0] * 10 + (numbers.count > 1 ? min(numbers[1], 9) : 0)
    }

    var canThink: Bool { version >= 37 }
    /// Whether it decides by itself how much to think, by an effort.
    var thinksAdaptively: Bool { version >= 46 }
    /// Whether a budget for thinking can be given.
    var takesBudget: Bool { version < 47 }
    var takesExtraHighEffort: Bool { version >= 47 }
    /// Whether it shows its thoughts only if asked.
    var hidesThinking: Bool { version >= 47 }
    var takesSampling: Bool { version < 47 }
    /// Whether `temperature` and `top_p` may be given together.
    var takesBothSamplings: Bool { version < 41 }
    var takesSchema: Bool { version >= 41 }
    /// Whether instructions may stand between the messages.
    var takesLateInstructions: Bool { version >= 48 }
}

extension String {
    /// The first place of `word`.
    fileprivate func range(of word: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(word) { return start..<index(start, offsetBy: word.count) }
            start = index(after: start)
        }
        return nil
    }
}
