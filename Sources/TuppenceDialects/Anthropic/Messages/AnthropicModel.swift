/// What a Claude model can do, by its name.
///
/// Sources: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking, …/extended-thinking, …/effort,
/// …/structured-outputs (read 2026-11).
struct AnthropicModel: Hashable {
    /// `claude-opus-4-6` is 46, `claude-3-7-sonnet-20250219` 37. A name without a version is taken for 46: what that can do,
    /// its successors can.
    let version: Int

    init(_ name: String) {
        var name = name
        version = name.withUTF8 { Self.version(UnsafeRawBufferPointer($0)) }
    }

    /// The first two numbers of the name, up to a date.
    private static func version(_ name: UnsafeRawBufferPointer) -> Int {
        var numbers = (-1, -1)
        var index = 0
        while index < name.count, numbers.1 < 0 {
            let start = index
            var value = 0
            while index < name.count, (48...57).contains(name[index]) {
                value = min(value * 10 + Int(name[index]) - 48, 1_000)
                index += 1
            }
            let digits = index - start
            // Within a word (`v1`) it is no version.
            let isWord = start > 0 && isLetter(name[start - 1]) || index < name.count && isLetter(name[index])
            if digits >= 8 { break }
            if (1...2).contains(digits), !isWord {
                if numbers.0 < 0 { numbers.0 = value } else { numbers.1 = min(value, 9) }
            }
            index += 1
        }
        return numbers.0 < 0 ? 46 : numbers.0 * 10 + max(numbers.1, 0)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }

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
