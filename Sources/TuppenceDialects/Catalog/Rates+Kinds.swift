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
        }
    }
}
