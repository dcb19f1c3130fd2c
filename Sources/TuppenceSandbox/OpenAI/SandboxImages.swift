/// `POST /v1/images/generations`: a dot for each image that is asked for. A model without a price for each charges by tokens.
struct SandboxImages: SandboxEndpoint {
    static let kind = SandboxModel.Kind.image

    /// A PNG of one transparent pixel.
    private static let dot =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

    private let textTokens: Int
    private let imageTokens: Int
    /// What events are called by what was asked for.
    private let deed: String
    private let images: Int
    private let tokensOfImage: Int
    private let previews: Int
    private let streams: Bool

    init(_ request: SandboxJSON) throws(SandboxRefusal) { try self.init(request, deed: "image_generation") }

    /// - Parameter imageTokens: those of images that were sent.
    init(_ request: SandboxJSON, deed: String, imageTokens: Int = 0) throws(SandboxRefusal) {
        self.deed = deed
        self.imageTokens = imageTokens
        guard let prompt = request["prompt"]?.string else { throw .missing("prompt") }
        textTokens = SandboxTokens.count(prompt)
        images = try request.positiveInteger("n", atMost: 10) ?? 1
        previews = try request.positiveInteger("partial_images", atMost: 3) ?? 0
        streams = try request.flag("stream")
        switch request["quality"]?.string {
        case "low": tokensOfImage = 272
        case "medium": tokensOfImage = 1_056
        default: tokensOfImage = 4_160
        }
    }

    private var promptTokens: Int { textTokens + imageTokens }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let byTokens = model.piece == nil
        let tokens = byTokens ? (tokensOfImage + (streams ? previews * 100 : 0)) * images : 0
        let charge = SandboxCharge(model: model, promptTokens: byTokens ? promptTokens : 0, pieces: images)
        let delivery = SandboxDelivery(charge: charge, faults: faults)
        let usage: SandboxJSON? = byTokens && !faults.omitsUsage ? usage(tokens) : nil
        if streams { return delivery.stream(events(stamp, usage, tokens)) }
        var document: [SandboxJSON.Member] = [
            .init(name: "created", value: .int(stamp.created)),
            .init(
                name: "data", value: .array((0..<images).map { _ in ["b64_json": .string(Self.dot)] })),
        ]
        if let usage { document.append(.init(name: "usage", value: usage)) }
        return delivery.document(.object(document), completionTokens: tokens)
    }

    private func events(_ stamp: SandboxStamp, _ usage: SandboxJSON?, _ tokens: Int) -> [SandboxEvent] {
        func event(_ name: String, _ members: [SandboxJSON.Member], tokens: Int = 0) -> SandboxEvent {
            let begin: [SandboxJSON.Member] = [
                .init(name: "type", value: .string(name)), .init(name: "created_at", value: .int(stamp.created)),
                .init(name: "b64_json", value: .string(Self.dot)),
            ]
            return SandboxEvent(named: name, .object(begin + members), outputTokens: tokens)
        }
        let partial = (0..<previews).map {
            event("\(deed).partial_image", [.init(name: "partial_image_index", value: .int($0))])
        }
        let end = usage.map { [SandboxJSON.Member(name: "usage", value: $0)] } ?? []
        return partial + [event("\(deed).completed", end, tokens: tokens)]
    }

    private func usage(_ tokens: Int) -> SandboxJSON {
        [
            "total_tokens": .int(promptTokens + tokens), "input_tokens": .int(promptTokens),
            "output_tokens": .int(tokens),
            "input_tokens_details": ["text_tokens": .int(textTokens), "image_tokens": .int(imageTokens)],
        ]
    }
}
