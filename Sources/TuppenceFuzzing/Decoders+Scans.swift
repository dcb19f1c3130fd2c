import TuppenceCore
import TuppenceDialects

extension FuzzDecoder {
    static let scans =
        GovernedEndpoint.allCases.filter { !$0.takesForms }.map(request)
        + [transcription, imageEdit, image, openAIEvents, anthropicEvents, responsesEvents, geminiEvents]
        + [openAIAnswer, anthropicAnswer, responsesAnswer, geminiAnswer]

    /// The scan of a request that passes through: with the edits put in, it is JSON still.
    private static func request(_ endpoint: GovernedEndpoint) -> FuzzDecoder {
        let others = [
            #"{"model":"m","prompt":["a","b"],"max_tokens":5,"suffix":"s"}"#.bytes,
            #"{"model":"m","input":["é","b",[1,2]],"encoding_format":"base64"}"#.bytes,
            #"{"model":"m","prompt":"a","n":2,"size":"1024x1024","quality":"low","partial_images":1}"#.bytes,
            #"{"model":"m","input":"a","voice":"v","stream_format":"sse"}"#.bytes,
            #"{"content":{"parts":[{"text":"a"}]},"taskType":"CLUSTERING"}"#.bytes,
            #"{"requests":[{"content":{"parts":[{"text":"a"},{"text":"é"}]},"outputDimensionality":8}]}"#.bytes,
            #"{"model":"m","query":"q","documents":["a",{"text":"b"}],"top_n":1}"#.bytes,
        ]
        return FuzzDecoder(
            "scan: \(endpoint)", seeds: DialectSeeds.requests(endpoint.dialect) + others, words: DialectSeeds.words
        ) { input, _ in try scan(input, endpoint) }
    }

    private static func scan(_ input: [UInt8], _ endpoint: GovernedEndpoint) throws -> Outcome {
        let isRead = input.withUnsafeBytes { bytes in
            do throws(Refusal) {
                // In Gemini's dialect the path names the model.
                let address = RequestAddress(model: endpoint.dialect == .gemini ? "m" : nil)
                _ = try ScannedRequest(bytes, endpoint: endpoint, address: address)
                return true
            } catch { return false }
        }
        if isRead, !Checks.isJSON(input) { throw FuzzFault("what is no JSON is taken") }
        return isRead ? .read : .rejected
    }

    /// Forms with a file, of which a few fields decide.
    private static let transcription = form(
        .transcriptions,
        seeds: [
            "--b\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\ncontent-type: audio/wav\r\n\r\nRIFF\u{24}\0\0\0WAVEfmt \u{10}\0\0\0\u{1}\0\u{1}\0\r\n--b--\r\n"
                .bytes
        ], words: ["--b", "\r\n", "name=", "filename*=", "stream", "language", "\"", "--"].map(\.bytes)
    )

    private static let imageEdit = form(
        .imageEdits,
        seeds: [
            "--b\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b\r\ncontent-disposition: form-data; name=\"n\"\r\n\r\n2\r\n--b\r\ncontent-disposition: form-data; name=\"prompt\"\r\n\r\na\r\n--b\r\ncontent-disposition: form-data; name=\"image[]\"; filename=\"a.png\"\r\n\r\nx\r\n--b--\r\n"
                .bytes
        ],
        words: ["--b", "\r\n", "name=", "filename*=", "mask", "image", "size", "quality", "partial_images", "9", "--"]
            .map(\.bytes)
    )

    private static func form(_ endpoint: GovernedEndpoint, seeds: [[UInt8]], words: [[UInt8]]) -> FuzzDecoder {
        FuzzDecoder("scan: \(endpoint)", seeds: seeds, words: words) { input, _ in
            let isRead = input.withUnsafeBytes { bytes in
                do throws(Refusal) {
                    _ = try ScannedRequest(
                        form: bytes, contentType: "multipart/form-data; boundary=b", endpoint: endpoint)
                    return true
                } catch { return false }
            }
            return isRead ? .read : .rejected
        }
    }

    /// Heads of images, whose sizes are read out of base64.
    private static let image = FuzzDecoder(
        "scan: image", seeds: DialectSeeds.images, words: DialectSeeds.imageWords
    ) { input, random in
        let type = ["png", "jpeg", "gif", "webp"].randomElement(using: &random) ?? "png"
        let data = String(decoding: Base64.encoded(input), as: UTF8.self)
        let body = """
            {"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":\
            "data:image/\(type);base64,\(data)"}}]}]}
            """
        return try scan(body.bytes, .chat)
    }

    private static func events(
        _ name: String, _ dialect: Dialect,
        _ read: @escaping @Sendable (UnsafeRawBufferPointer) throws(JSONError) -> Void
    ) -> FuzzDecoder {
        FuzzDecoder(name, seeds: DialectSeeds.streams(dialect), words: DialectSeeds.words) { input, _ in
            var outcome = Outcome.read
            var rest = input[...]
            var searched = 0
            while let length = rest.withUnsafeBytes({ SSE.eventLength(in: $0, searched: &searched) }) {
                rest.prefix(length).withUnsafeBytes { event in
                    do throws(JSONError) { try read(event) } catch { outcome = .rejected }
                }
                rest = rest.dropFirst(length)
                searched = 0
            }
            return outcome
        }
    }

    private static let openAIEvents = events("passing events: openai", .openAI) { event throws(JSONError) in
        _ = try OpenAIChunk.read(event: event)
    }

    private static let anthropicEvents = events("passing events: anthropic", .anthropic) { event throws(JSONError) in
        var counted = AnthropicUsage()
        _ = try AnthropicEvent.read(event, counted: &counted)
    }

    private static let responsesEvents = events("passing events: responses", .responses) { event throws(JSONError) in
        var scan = ResponsesScan()
        _ = try scan.read(event: event)
    }

    private static let geminiEvents = events("passing events: gemini", .gemini) { event throws(JSONError) in
        var scan = GeminiScan()
        _ = try scan.read(event: event)
    }

    private static let responsesAnswer = answer("passing answer: responses", .responses) { bytes throws(JSONError) in
        _ = try ResponsesScan.read(whole: bytes)
    }

    private static let geminiAnswer = answer("passing answer: gemini", .gemini) { bytes throws(JSONError) in
        _ = try GeminiScan.read(whole: bytes)
    }

    private static func answer(
        _ name: String, _ dialect: Dialect,
        _ read: @escaping @Sendable (UnsafeRawBufferPointer) throws(JSONError) -> Void
    ) -> FuzzDecoder {
        FuzzDecoder(name, seeds: DialectSeeds.answers(dialect), words: DialectSeeds.words) { input, _ in
            input.withUnsafeBytes { bytes in
                do throws(JSONError) {
                    try read(bytes)
                    return .read
                } catch { return .rejected }
            }
        }
    }

    private static let openAIAnswer = answer("passing answer: openai", .openAI) { bytes throws(JSONError) in
        _ = try OpenAIAnswer(bytes)
    }

    private static let anthropicAnswer = answer("passing answer: anthropic", .anthropic) { bytes throws(JSONError) in
        _ = try AnthropicAnswer(bytes)
    }
}
