import TuppenceCore

extension RateCard.Rates {
    /// Gives one kind of usage a rate of its own.
    package mutating func set(_ rate: Rate, for kind: UsageKind) {
        switch kind {
        case .input: input = rate
        case .cachedInput: cachedInput = rate
        case .cacheWrite: cacheWrite = rate
        case .cacheWriteLong: cacheWriteLong = rate
        case .audioInput: audioInput = rate
        case .output: output = rate
        case .reasoning: reasoning = rate
        case .audioOutput: audioOutput = rate
        case .cachedAudioInput: cachedAudioInput = rate
        case .imageInput: imageInput = rate
        case .imageOutput: imageOutput = rate
        case .search: search = rate
        case .image: image = rate
        case .character: character = rate
        case .audioSecond: audioSecond = rate
        }
    }

    /// The rate that a kind has of its own; nil where it is charged as the kind that contains it.
    package func own(_ kind: UsageKind) -> Rate? {
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
}
