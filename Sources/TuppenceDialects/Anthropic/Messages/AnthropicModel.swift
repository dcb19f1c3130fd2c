import TuppenceCore

/// What a Claude model can do, by its name.
///
/// Sources: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking, …/extended-thinking, …/effort,
/// …/structured-outputs (read 2026-11).
struct AnthropicModel: Hashable {
    /// `claude-opus-4-6` is 46, `claude-3-7-sonnet-20250219` 37. A name without a version is taken for 46: what that can do,
    /// its successors can.
    let version: Int
    /// Whether the name says which Claude it is. Others are asked in this dialect, too, under names with numbers of their own.
    let isKnown: Bool
    private let line: Line

    /// Those whose abilities differ from what their versions tell.
    private enum Line: Hashable { case opus, sonnet, haiku, other }

    init(_ name: String) {
        var name = name
        let (version, isClaude, line) = name.withUTF8 { name in
            let name = UnsafeRawBufferPointer(name)
            return (Self.version(name), Self.has("claude", name), Self.line(name))
        }
        self.version = version ?? 46
        isKnown = isClaude && version != nil
        self.line = line
    }

    private static func line(_ name: UnsafeRawBufferPointer) -> Line {
        has("opus", name) ? .opus : has("sonnet", name) ? .sonnet : has("haiku", name) ? .haiku : .other
    }

    /// Whether `word`, which is in small letters, stands anywhere in the name.
    private static func has(_ word: StaticString, _ name: UnsafeRawBufferPointer) -> Bool {
        let count = word.utf8CodeUnitCount
        guard name.count >= count else { return false }
        return (0...(name.count - count)).contains { start in
            (0..<count).allSatisfy { name[start + $0] | 0x20 == word.utf8Start[$0] }
        }
    }

    /// The first two numbers of the name, up to a date.
    private static func version(_ name: UnsafeRawBufferPointer) -> Int? {
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
        return numbers.0 < 0 ? nil : numbers.0 * 10 + max(numbers.1, 0)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }

    var canThink: Bool { version >= 37 }
    /// Whether it decides by itself how much to think, by an effort.
    var thinksAdaptively: Bool { version >= 46 }
    /// Whether a budget for thinking can be given.
    var takesBudget: Bool { version < 47 }
    /// Whether it takes an effort at all, which is not about thoughts alone.
    var takesEffort: Bool { version >= 46 || version == 45 && line == .opus }
    var takesExtraHighEffort: Bool { version >= 47 }
    /// Whether it shows its thoughts only if asked.
    var hidesThinking: Bool { version >= 47 }
    var takesSampling: Bool { version < 47 }
    /// Whether `temperature` and `top_p` may be given together.
    var takesBothSamplings: Bool { version < 41 }
    var takesSchema: Bool { version >= 41 }
    /// Whether instructions may stand between the messages, where there is a place for them; see
    /// ``AnthropicLateInstructions``.
    ///
    /// Of Sonnet 5 two things are told: https://github.com/pydantic/pydantic-ai/pull/6765 against
    /// https://github.com/langchain-ai/langchainjs/releases/tag/@langchain%2Fanthropic@1.5.13, which has the rest (read 2026-11).
    var takesLateInstructions: Bool { version >= (line == .sonnet || line == .haiku ? 55 : 48) }
    /// Whether it is known to refuse them wherever they stand.
    var refusesLateInstructions: Bool { version < 48 }

    /// What it is known to refuse of a request that was made for another Claude.
    var refused: RequestTraits {
        guard isKnown else { return [] }
        var refused: RequestTraits = []
        if !thinksAdaptively { refused.insert(.adaptiveThinking) }
        if !canThink || !takesBudget { refused.insert(.thinkingBudget) }
        if !takesEffort { refused.insert(.claudeEffort) }
        if !takesExtraHighEffort { refused.insert(.claudeExtraHighEffort) }
        if !takesSampling { refused.insert(.claudeSampling) }
        if refusesLateInstructions { refused.insert(.lateInstructions) }
        return refused
    }
}

/// What of a request in Anthropic's dialect some Claudes take and others refuse.
extension RequestTraits {
    static let adaptiveThinking = RequestTraits(rawValue: 1 << 0)
    static let thinkingBudget = RequestTraits(rawValue: 1 << 1)
    static let claudeEffort = RequestTraits(rawValue: 1 << 2)
    static let claudeExtraHighEffort = RequestTraits(rawValue: 1 << 3)
    static let claudeSampling = RequestTraits(rawValue: 1 << 4)
    /// Instructions among the messages.
    static let lateInstructions = RequestTraits(rawValue: 1 << 5)
}
