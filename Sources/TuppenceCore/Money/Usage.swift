/// What a usage line counts. Each kind has its own rate; no unit is counted under two kinds.
public enum UsageKind: String, Hashable, Sendable, CaseIterable {
    /// Input tokens that were neither read from nor written to a provider's cache.
    case input
    case cachedInput = "cached_input"
    /// Input tokens written to a provider's cache for its shorter and its longer time to live.
    case cacheWrite = "cache_write"
    case cacheWriteLong = "cache_write_1h"
    case audioInput = "audio_input"
    /// Output tokens the caller can see.
    case output
    case reasoning
    case audioOutput = "audio_output"
    /// Tokens of audio that were read from a provider's cache, which some charge above cached text.
    case cachedAudioInput = "cached_audio_input"
    case imageInput = "image_input"
    case imageOutput = "image_output"
    /// Searches that the provider made for the answer, on the web or by ranking: a count of searches, not of tokens.
    case search
    /// Images that the provider made, where it charges for each.
    case image
    /// Characters of text that were spoken.
    case character
    /// Seconds of sound that were written down.
    case audioSecond = "audio_second"

    static let inputs: [UsageKind] = [
        .input, .cachedInput, .cacheWrite, .cacheWriteLong, .audioInput, .cachedAudioInput, .imageInput,
    ]
    static let outputs: [UsageKind] = [.output, .reasoning, .audioOutput, .imageOutput]
    /// Kinds that are no tokens, charged by the piece.
    static let pieces: [UsageKind] = [.search, .image, .character, .audioSecond]
    public var isPiece: Bool { Self.pieces.contains(self) }
}

extension UsageKind {
    /// What people give its price for, in USD.
    public enum PriceUnit: Hashable, Sendable {
        case million, each, minute
    }

    public var priceUnit: PriceUnit {
        switch self {
        case .search, .image: .each
        case .audioSecond: .minute
        default: .million
        }
    }

    /// What its price is called in a configuration and in price lists: that of sound is by the minute, as providers have it.
    public var priceName: String { self == .audioSecond ? "audio_minute" : rawValue }

    /// The names of all prices, and what each is of.
    public static let priceNames = allCases.map(\.priceName)
    public init?(priceName: String) {
        guard let kind = Self.allCases.first(where: { $0.priceName == priceName }) else { return nil }
        self = kind
    }
}

/// Disjoint counts of what one attempt used: the sum over all kinds is everything, once.
public struct Usage: Hashable, Sendable {
    public var input = 0
    public var cachedInput = 0
    public var cacheWrite = 0
    public var cacheWriteLong = 0
    public var audioInput = 0
    public var output = 0
    public var reasoning = 0
    public var audioOutput = 0
    public var cachedAudioInput = 0
    public var imageInput = 0
    public var imageOutput = 0
    public var search = 0
    public var image = 0
    public var character = 0
    public var audioSecond = 0

    public init(input: Int = 0, cachedInput: Int = 0, output: Int = 0, reasoning: Int = 0) {
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
        self.reasoning = reasoning
    }

    public subscript(kind: UsageKind) -> Int {
        get {
            switch kind {
            case .input: input
            case .cachedInput: cachedInput
            case .cacheWrite: cacheWrite
            case .cacheWriteLong: cacheWriteLong
            case .audioInput: audioInput
            case .output: output
            case .reasoning: reasoning
            case .audioOutput: audioOutput
            case .cachedAudioInput: cachedAudioInput
            case .imageInput: imageInput
            case .imageOutput: imageOutput
            case .search: search
            case .image: image
            case .character: character
            case .audioSecond: audioSecond
            }
        }
        set {
            switch kind {
            case .input: input = newValue
            case .cachedInput: cachedInput = newValue
            case .cacheWrite: cacheWrite = newValue
            case .cacheWriteLong: cacheWriteLong = newValue
            case .audioInput: audioInput = newValue
            case .output: output = newValue
            case .reasoning: reasoning = newValue
            case .audioOutput: audioOutput = newValue
            case .cachedAudioInput: cachedAudioInput = newValue
            case .imageInput: imageInput = newValue
            case .imageOutput: imageOutput = newValue
            case .search: search = newValue
            case .image: image = newValue
            case .character: character = newValue
            case .audioSecond: audioSecond = newValue
            }
        }
    }

    public var totalInput: Int {
        input + cachedInput + cacheWrite + cacheWriteLong + audioInput + cachedAudioInput + imageInput
    }
    /// Whether any tokens were used.
    public var hasTokens: Bool { totalInput | totalOutput != 0 }
    /// Whether something was used that is no token.
    var hasPieces: Bool { search | image | character | audioSecond != 0 }
    public var totalOutput: Int { output + reasoning + audioOutput + imageOutput }

    /// The later count of the same answer. Some hosts count the input at the start of a stream and have nothing but zeros for
    /// it behind that: an input of nothing stands for none that was something.
    package func following(_ earlier: Usage?) -> Usage {
        guard totalInput == 0, let earlier, earlier.totalInput > 0 else { return self }
        var usage = self
        for kind in UsageKind.inputs { usage[kind] = earlier[kind] }
        return usage
    }
}
