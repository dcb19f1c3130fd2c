import TuppenceCore

/// What a request may cost, and what it asks of a model, as far as its scan tells.
extension ScannedRequest {
    /// How many tokens the input has, as best guessed.
    package var inputEstimate: Int { content.estimate + (promptBytes + 3) / 4 + (pieces?.mediaTokens.usual ?? 0) }

    /// What the request may cost, in tokens.
    package var demand: Demand {
        // Nobody charges for counting.
        if endpoint.isCount { return Demand(inputBound: 0, inputEstimate: 0, producesOutput: false, isCount: true) }
        if let pieces { return demand(pieces) }
        let (answers, overflow) = max(choices, bestOf).multipliedReportingOverflow(by: max(prompts, 1))
        return Demand(
            inputBound: content.inputCount(
                isChat: endpoint.isChat, hasTools: hasTools, prompts: prompts),
            inputEstimate: inputEstimate, outputLimit: outputLimit,
            outputFloor: thinking > 0 ? thinking + 1 : 0,
            answers: overflow ? .max : answers, inputs: prompts, producesOutput: endpoint.producesOutput,
            streams: streams, searches: searches.most, service: service, pieces: sound, needs: needs,
            textEstimate: content.textEstimate)
    }

    /// The sound in a chat, for models that charge for it by the minute.
    private var sound: PieceDemand? {
        let seconds = content.audioSeconds
        guard seconds.most > 0 else { return nil }
        var (most, usual) = (Usage(), Usage())
        (most.audioSecond, usual.audioSecond) = (seconds.most, seconds.usual)
        return PieceDemand(most: most, usual: usual)
    }

    private func demand(_ pieces: PieceScan) -> Demand {
        var bound = content.inputCount(isChat: false, hasTools: false, prompts: prompts)
        bound.media += promptBytes + pieces.mediaTokens.most
        return Demand(
            inputBound: bound, inputEstimate: inputEstimate, inputs: max(prompts, pieces.inputs), producesOutput: false,
            streams: streams, service: service, pieces: pieces.demand(images: choices))
    }

    /// What a model has to be able to do for it.
    package var needs: ModelCapabilities { searches.callersTools > 0 ? content.needs.union(.tools) : content.needs }
    /// Whether it has files of text: they ask for a model that takes files only of whom gets the caller's own bytes.
    package var hasTextFiles: Bool { content.hasTextFiles && !endpoint.isCount }
    /// What it asks of the providers of its targets.
    package var asks: ProviderAsks {
        ProviderAsks(endpoint: endpoint, hasTextFiles: hasTextFiles, isFaster: isFaster && !endpoint.isCount)
    }
    /// How many tools of its own the caller offers.
    package var toolCount: Int { searches.callersTools }
    package var messageCount: Int { content.messages }
}
