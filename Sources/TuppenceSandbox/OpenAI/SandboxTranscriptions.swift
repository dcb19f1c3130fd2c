/// `POST /v1/audio/transcriptions`: two words for each second of the file.
struct SandboxTranscriptions: SandboxEndpoint {
    static let kind = SandboxModel.Kind.transcription

    private static let tokensOfSecond = 10

    private let seconds: Int
    private let format: String
    private let streams: Bool

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        guard let file = request["file"], let seconds = file["seconds"]?.integer else { throw .missing("file") }
        self.seconds = max(seconds, 1)
        format = request["response_format"]?.string ?? "json"
        streams = request["stream"]?.string == "true"
    }

    private var words: [String] { (0..<seconds).map { $0 == 0 ? "two pence" : " two pence" } }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let byTokens = model.piece == nil
        let heard = seconds * Self.tokensOfSecond
        let text = words.joined()
        let written = byTokens ? SandboxTokens.count(text) : 0
        let charge = SandboxCharge(model: model, promptTokens: byTokens ? heard : 0, pieces: seconds)
        let delivery = SandboxDelivery(charge: charge, faults: faults)
        let usage: SandboxJSON =
            byTokens
            ? [
                "type": "tokens", "input_tokens": .int(heard),
                "input_token_details": ["text_tokens": 0, "audio_tokens": .int(heard)],
                "output_tokens": .int(written), "total_tokens": .int(heard + written),
            ]
            : ["type": "duration", "seconds": .int(seconds)]
        if streams && byTokens { return delivery.stream(events(text, usage, written)) }
        switch format {
        case "text":
            return delivery.text(text + "\n", contentType: "text/plain; charset=utf-8", completionTokens: written)
        case "srt", "vtt":
            return delivery.text(
                "1\n00:00:00,000 --> 00:00:01,000\n\(text)\n", contentType: "text/plain; charset=utf-8",
                completionTokens: written)
        default:
            var document: [SandboxJSON.Member] = [.init(name: "text", value: .string(text))]
            if format == "verbose_json" { document.append(.init(name: "duration", value: .int(seconds))) }
            if !faults.omitsUsage { document.append(.init(name: "usage", value: usage)) }
            return delivery.document(.object(document), completionTokens: written)
        }
    }

    private func events(_ text: String, _ usage: SandboxJSON, _ tokens: Int) -> [SandboxEvent] {
        let deltas = words.map { SandboxEvent(["type": "transcript.text.delta", "delta": .string($0)]) }
        let done: SandboxJSON = ["type": "transcript.text.done", "text": .string(text), "usage": usage]
        return deltas + [SandboxEvent(done, outputTokens: tokens)]
    }
}
