import TuppenceCore

/// Which kinds of usage an export tells apart.
///
/// What it does not is counted as the kind that contains it, as a rate card charges it: cached and audio input and
/// cache writes as input, reasoning and audio output as output. Both sides are compared after that.
public struct TokenGrain: Hashable, Sendable {
    /// Empty where the export counts no tokens at all.
    public internal(set) var kinds: Set<UsageKind>

    init(_ kinds: Set<UsageKind>) { self.kinds = kinds }

    /// In the order in which they are shown.
    public var ordered: [UsageKind] { UsageKind.allCases.filter(kinds.contains) }

    /// Nil for what is no token.
    private func container(of kind: UsageKind) -> UsageKind? {
        if kinds.contains(kind) { return kind }
        switch kind {
        case .cacheWriteLong: return kinds.contains(.cacheWrite) ? .cacheWrite : .input
        case .cachedAudioInput: return kinds.contains(.cachedInput) ? .cachedInput : .input
        case .input, .cachedInput, .cacheWrite, .audioInput, .imageInput: return .input
        case .output, .reasoning, .audioOutput, .imageOutput: return .output
        case .search, .image, .character, .audioSecond: return nil
        }
    }

    func fold(_ usage: Usage) -> Usage {
        var folded = Usage()
        guard !kinds.isEmpty else { return folded }
        for kind in UsageKind.allCases where usage[kind] != 0 {
            guard let container = container(of: kind) else { continue }
            folded[container] = folded[container].saturatingSum(usage[kind])
        }
        return folded
    }
}

extension Usage {
    /// A file may claim anything: the sums stop where their type does.
    mutating func add(_ other: Usage) {
        for kind in UsageKind.allCases where other[kind] != 0 { self[kind] = self[kind].saturatingSum(other[kind]) }
    }
}
