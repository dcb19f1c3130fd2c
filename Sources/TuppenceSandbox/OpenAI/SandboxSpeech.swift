import Foundation

/// `POST /v1/audio/speech`: silence, a second for each fifteen characters. A model without a price for characters charges by
/// tokens, and says how many in a stream of events, as OpenAI's does.
struct SandboxSpeech: SandboxEndpoint {
    static let kind = SandboxModel.Kind.speech

    private static let tokensOfSecond = 21
    private static let mostCharacters = 4_096

    private let text: String
    private let format: String
    private let asEvents: Bool

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        guard let text = request["input"]?.string else { throw .missing("input") }
        guard request["voice"] != nil else { throw .missing("voice") }
        guard (1...Self.mostCharacters).contains(text.unicodeScalars.count) else {
            throw .invalid("Invalid 'input': 1 to \(Self.mostCharacters) characters.", param: "input")
        }
        self.text = text
        format = request["response_format"]?.string ?? "mp3"
        asEvents = request["stream_format"]?.string == "sse"
    }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let characters = text.unicodeScalars.count
        let byTokens = model.piece == nil
        let promptTokens = SandboxTokens.count(text)
        let charge = SandboxCharge(model: model, promptTokens: byTokens ? promptTokens : 0, pieces: characters)
        let delivery = SandboxDelivery(charge: charge, faults: faults)
        let seconds = (characters + 14) / 15
        let tokens = byTokens ? Self.tokensOfSecond : 0
        let sound = SandboxSound(format)
        let pieces = (0..<seconds).map { (bytes: sound.second($0, of: seconds), tokens: tokens) }
        guard asEvents else { return delivery.pieces(pieces, contentType: sound.contentType) }
        var events = pieces.map { piece in
            SandboxEvent(
                ["type": "speech.audio.delta", "audio": .string(Data(piece.bytes).base64EncodedString())],
                outputTokens: piece.tokens)
        }
        let output = tokens * seconds
        let usage: SandboxJSON = [
            "input_tokens": .int(promptTokens), "output_tokens": .int(output),
            "total_tokens": .int(promptTokens + output),
        ]
        events.append(
            SandboxEvent(
                byTokens && !faults.omitsUsage
                    ? ["type": "speech.audio.done", "usage": usage] : ["type": "speech.audio.done"]))
        return delivery.stream(events)
    }
}

/// Silence in the format that is asked for: WAV, bare samples, or MP3 for all others.
struct SandboxSound: Sendable {
    private let format: String
    private static let rate = 8_000

    init(_ format: String) { self.format = format }

    var contentType: String {
        switch format {
        case "wav": "audio/wav"
        case "pcm": "audio/pcm"
        default: "audio/mpeg"
        }
    }

    /// - Parameter number: counts from 0; the first has the head of the file.
    func second(_ number: Int, of seconds: Int) -> [UInt8] {
        switch format {
        case "wav": (number == 0 ? Self.head(seconds: seconds) : []) + Self.samples
        case "pcm": Self.samples
        default: Self.frames
        }
    }

    private static let samples = [UInt8](repeating: 128, count: rate)

    /// 16 kilobits a second at 24,000 Hz (MPEG-2, layer III, one channel): frames of 48 bytes and 24 ms, empty ones.
    private static let frames = [UInt8](
        (0..<42).map { _ in [0xFF, 0xF3, 0x24, 0xC4] + [UInt8](repeating: 0, count: 44) }.joined())

    private static func head(seconds: Int) -> [UInt8] {
        func word(_ value: Int, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(value >> ($0 * 8) & 255) } }
        let size = seconds * rate
        return Array("RIFF".utf8) + word(size + 36, 4) + Array("WAVEfmt ".utf8) + word(16, 4) + word(1, 2) + word(1, 2)
            + word(rate, 4) + word(rate, 4) + word(1, 2) + word(8, 2) + Array("data".utf8) + word(size, 4)
    }
}
