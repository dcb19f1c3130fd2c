/// What a model can do, as far as its maker or its host says so.
///
/// Of a model of which something is said, what is not said is taken not to work (``PriceBook/Listing/lacks``).
public struct ModelCapabilities: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let tools = ModelCapabilities(rawValue: 1 << 0)
    /// More than one call of a tool in one answer.
    public static let parallelTools = ModelCapabilities(rawValue: 1 << 1)
    public static let toolChoice = ModelCapabilities(rawValue: 1 << 2)
    public static let vision = ModelCapabilities(rawValue: 1 << 3)
    public static let pdf = ModelCapabilities(rawValue: 1 << 4)
    public static let audioInput = ModelCapabilities(rawValue: 1 << 5)
    public static let audioOutput = ModelCapabilities(rawValue: 1 << 6)
    public static let videoInput = ModelCapabilities(rawValue: 1 << 7)
    public static let imageOutput = ModelCapabilities(rawValue: 1 << 8)
    /// Answers that follow a JSON schema of the caller's.
    public static let jsonSchema = ModelCapabilities(rawValue: 1 << 9)
    public static let reasoning = ModelCapabilities(rawValue: 1 << 10)
    public static let promptCaching = ModelCapabilities(rawValue: 1 << 11)
    public static let webSearch = ModelCapabilities(rawValue: 1 << 12)
    public static let computerUse = ModelCapabilities(rawValue: 1 << 13)
    /// An answer whose beginning the caller gives.
    public static let prefill = ModelCapabilities(rawValue: 1 << 14)

    /// Each by the name that the catalogue and `GET /v1/models` have for it, in the order in which they are listed.
    public static let named: [(name: String, capability: ModelCapabilities)] = [
        ("tools", .tools), ("parallel_tools", .parallelTools), ("tool_choice", .toolChoice), ("vision", .vision),
        ("pdf", .pdf), ("audio_input", .audioInput), ("audio_output", .audioOutput), ("video_input", .videoInput),
        ("image_output", .imageOutput), ("json_schema", .jsonSchema), ("reasoning", .reasoning),
        ("prompt_caching", .promptCaching), ("web_search", .webSearch), ("computer_use", .computerUse),
        ("prefill", .prefill),
    ]

    public init?(name: some StringProtocol) {
        guard let found = Self.named.first(where: { $0.name == name }) else { return nil }
        self = found.capability
    }

    /// What a request fails at, or is misunderstood by, a model that cannot do it.
    public static let decisive: ModelCapabilities = [
        .tools, .vision, .pdf, .audioInput, .audioOutput, .videoInput, .jsonSchema, .reasoning,
    ]

    /// What a model lacks that can do this and nothing else.
    var lacking: ModelCapabilities {
        var able = self
        if !isDisjoint(with: [.parallelTools, .toolChoice]) { able.insert(.tools) }
        // Hosts show the pages of a file to a model that sees.
        if contains(.vision) { able.insert(.pdf) }
        return Self.decisive.subtracting(able)
    }

    public var names: [String] { Self.named.filter { contains($0.capability) }.map(\.name) }
}
