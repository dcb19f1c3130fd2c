import TuppenceCore

/// What a model of Mistral's can do, by its name.
///
/// Sources: https://docs.mistral.ai/inference/conversations/reasoning, https://docs.mistral.ai/capabilities/reasoning/adjustable
/// (read 2026-11); the others refuse to be told (422): https://github.com/NousResearch/hermes-agent/issues/11243.
struct MistralModel: Hashable {
    /// The efforts that it knows, from the least to the most; none where it takes none.
    let efforts: [ReasoningEffort]

    init(_ name: String) {
        let words = ModelFamily.plainName(of: name).split { "-.".contains($0) }
        // Small 4 and Medium 3.5 answer by these names: https://github.com/UKGovernmentBEIS/inspect_ai/pull/4711,
        // https://github.com/anomalyco/models.dev/pull/1986 (read 2026-11).
        if words.first == "magistral" {
            efforts = [.off, .high]
            return
        }
        guard words.count > 1, words[0] == "mistral" else {
            efforts = []
            return
        }
        let numbers = words.dropFirst(2).prefix(2).compactMap { Int($0) }
        // `latest` and no version at all are those of today.
        switch words[1] {
        case "small": efforts = Self.isSince((4, 0), date: 2603, numbers) ?? true ? [.off, .high] : []
        case "medium": efforts = Self.isSince((3, 5), date: 2604, numbers) ?? true ? [.off, .high] : []
        // Today's is Large 3, and no month stands for Large 4.
        case "large": efforts = Self.isSince((4, 0), date: .max, numbers) ?? false ? [.low, .medium, .high] : []
        default: efforts = []
        }
    }

    /// Whether a version (`3`, `3-5`) or a month (`2603`) is not before `first`; nil where there is neither.
    private static func isSince(_ first: (Int, Int), date: Int, _ numbers: [Int]) -> Bool? {
        guard let number = numbers.first else { return nil }
        if number >= 1_000 { return number >= date }
        // The number of a generation alone stands for the latest of it.
        let minor = numbers.count > 1 ? numbers[1] : .max
        return (number, minor) >= first
    }
}
