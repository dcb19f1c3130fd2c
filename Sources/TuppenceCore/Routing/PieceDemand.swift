/// What a request asks for that is charged by the piece or that no field of it limits: images, speech, sound to be written
/// down, documents to be ranked. A reference: most requests have none, and carry one word for it.
public final class PieceDemand: Sendable {
    /// What the provider may charge for at the most. Its only tokens are those of the output.
    public let most: Usage
    /// What it will charge for as far as the request tells, for when the answer counts nothing.
    public let usual: Usage
    /// The kind of piece that these requests are charged by where they are not charged by tokens; nil where the provider counts
    /// the pieces that it charges for, as of sound in a chat.
    public let kind: UsageKind?
    /// Whether the answer is made of tokens that may have a price.
    public var hasOutput: Bool { most.totalOutput > 0 }

    public init(most: Usage, usual: Usage, kind: UsageKind? = nil) {
        self.most = most
        self.usual = usual
        self.kind = kind
    }

    /// A provider's count, with the pieces that it leaves out: it has counted what it charges by, and says it in the request's
    /// own figures. Where it does not say what its tokens are, they are sound if that alone has a rate.
    func completing(_ reported: Usage, by rates: RateCard) -> Usage {
        var usage = reported
        if let kind, usage[kind] == 0 { usage[kind] = usual[kind] }
        // What answers to requests for images call output is images.
        if usual.imageOutput > 0 && usage.imageOutput == 0 {
            usage.imageOutput = usage.output
            usage.output = 0
        }
        let standard = rates.standard
        if kind == .character, usage.audioOutput == 0, !rates.pricesOutput, standard.audioOutput != nil {
            (usage.audioOutput, usage.output) = (usage.output, 0)
        }
        if kind == .audioSecond, usage.audioInput == 0, standard.input == .free, standard.audioInput != nil {
            (usage.audioInput, usage.input) = (usage.input, 0)
        }
        return usage
    }

    /// What stands for a count of nothing but pieces that have no rate, or but images, where tokens have one: the tokens that the
    /// request tells of, since nothing is free by accident.
    ///
    /// - Returns: nil where `reported` can be charged as it is.
    func standIn(for reported: Usage, inputEstimate: Int, by rates: RateCard) -> Usage? {
        guard reported.hasPieces, reported.totalInput == 0, reported.totalOutput == 0, rates.chargesTokens,
            kind == .image || UsageKind.pieces.allSatisfy({ reported[$0] == 0 || rates.standard.ofPiece($0) == nil })
        else { return nil }
        var usage = usual
        if usual.image > 0 { usage.imageOutput = usual.imageOutput * reported.image / usual.image }
        usage.input = inputEstimate
        for kind in UsageKind.pieces where reported[kind] > 0 { usage[kind] = reported[kind] }
        return usage
    }

    /// Whether `rates` has a price for what comes of it.
    func isPriced(by rates: RateCard) -> Bool {
        if !hasOutput || rates.pricesOutput { return true }
        let standard = rates.standard
        switch kind {
        case .image: return standard.image != nil || standard.imageOutput != nil
        case .character: return standard.character != nil || standard.audioOutput != nil
        case .audioSecond: return standard.audioSecond != nil
        default: return false
        }
    }
}

extension PieceDemand: Hashable {
    public static func == (left: PieceDemand, right: PieceDemand) -> Bool {
        left.most == right.most && left.usual == right.usual && left.kind == right.kind
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(most) }
}
