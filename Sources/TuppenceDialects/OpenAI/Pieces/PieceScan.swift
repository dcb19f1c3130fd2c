import TuppenceCore

/// What a request for images, speech, writing down or ranking asks for beside the tokens of its text, noted while its
/// members go by.
struct PieceScan: MemberReader {
    private let endpoint: GovernedEndpoint
    private(set) var hasInput = false
    /// Whether speech is to come as events.
    private(set) var wantsEvents = false
    var refusal: Refusal?
    /// What may be charged and is no text of the request's: sound, and the query that is read with each document.
    private(set) var mediaTokens = (most: 0, usual: 0)
    /// How many inputs may fill a model's context each.
    private(set) var inputs = 1

    var seen: [String] = []
    private var characters = (most: 0, usual: 0)
    private var quality: String?
    private var size: String?
    private var previews = 0
    private var seconds = (most: 0, usual: 0)
    private var queryBytes = 0
    private var documents: [Int] = []
    private var mostTokensOfDocument = SearchUnits.usualTokensOfDocument

    init(_ endpoint: GovernedEndpoint) { self.endpoint = endpoint }

    /// - Parameter cursor: a copy, of which nothing is used up.
    mutating func note(_ key: JSONText, _ cursor: JSONCursor) throws(JSONError) {
        var cursor = cursor
        switch endpoint {
        case .images: try noteImages(key, &cursor)
        case .speech: try noteSpeech(key, &cursor)
        case .rerank: try noteRanking(key, &cursor)
        default: break
        }
    }

    private mutating func noteImages(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) {
        if key.equals("prompt") {
            hasInput = try text("prompt", &cursor) != nil
        } else if key.equals("size") {
            size = try text("size", &cursor)
        } else if key.equals("quality") {
            quality = try text("quality", &cursor)
        } else if key.equals("partial_images") {
            once("partial_images")
            guard try cursor.kind() == .number else { return }
            previews = min(max(try cursor.number().integer ?? 0, 0), 100)
        }
    }

    private mutating func noteSpeech(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) {
        if key.equals("input") {
            guard let text = try text("input", &cursor) else { return refuse("'input' must be a string.", "input") }
            hasInput = true
            // What is a character is its provider's business: the most of what it may be, and what OpenAI counts.
            characters = (text.utf16.count, text.unicodeScalars.count)
        } else if key.equals("stream_format") {
            wantsEvents = try text("stream_format", &cursor) == "sse"
        }
    }

    private mutating func noteRanking(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) {
        if key.equals("query") {
            once("query")
            queryBytes = try cursor.skipValue().count
        } else if key.equals("documents") {
            once("documents")
            guard try cursor.kind() == .array else { return refuse("'documents' must be an array.", "documents") }
            try cursor.array { (cursor) throws(JSONError) in documents.append(try cursor.skipValue().count) }
            hasInput = !documents.isEmpty
            inputs = max(documents.count, 1)
        } else if key.equals("max_tokens_per_doc") {
            once("max_tokens_per_doc")
            guard try cursor.kind() == .number, let most = try cursor.number().integer else { return }
            mostTokensOfDocument = min(max(most, 1), 100_000_000)
        }
    }

    /// Sound to be written down.
    mutating func note(sound: UnsafeRawBufferPointer) {
        hasInput = true
        let length = AudioLength(of: sound)
        seconds = (length.mostSeconds, length.usualSeconds)
        mediaTokens = (
            SpeechTokens.mostHeard(seconds: seconds.most),
            seconds.usual.saturatingProduct(SpeechTokens.usualOfSecondHeard)
        )
        // It is read in pieces, none of which is longer than half a minute.
        inputs = seconds.most / 30 + 1
    }

    /// The end of the request.
    mutating func finish() {
        // A ranking reads the query once with each document.
        let repeated = queryBytes.saturatingProduct(max(documents.count - 1, 0))
        if endpoint == .rerank { mediaTokens = (repeated, repeated / 4) }
    }

    /// - Parameter images: how many are asked for.
    func demand(images: Int) -> PieceDemand? {
        var (most, usual) = (Usage(), Usage())
        switch endpoint {
        case .images:
            let tokens = ImageTokens.most(quality: quality, size: size, previews: previews)
            most.image = images
            most.imageOutput = tokens.saturatingProduct(images)
            usual = most
            return PieceDemand(most: most, usual: usual, kind: .image)
        case .speech:
            most.character = characters.most
            most.output = SpeechTokens.mostSpoken(characters: characters.most)
            usual.character = characters.usual
            usual.output = SpeechTokens.usualSpoken(characters: characters.usual)
            return PieceDemand(most: most, usual: usual, kind: .character)
        case .transcriptions:
            most.audioSecond = seconds.most
            most.output = SpeechTokens.mostWritten(seconds: seconds.most)
            usual.audioSecond = seconds.usual
            usual.output = SpeechTokens.usualWritten(seconds: seconds.usual)
            return PieceDemand(most: most, usual: usual, kind: .audioSecond)
        case .rerank:
            most.search = SearchUnits.most(
                documents: documents, query: queryBytes, mostTokensOfDocument: mostTokensOfDocument)
            usual.search = SearchUnits.usual(documents: documents.count)
            return PieceDemand(most: most, usual: usual, kind: .search)
        default: return nil
        }
    }

    private mutating func text(_ name: String, _ cursor: inout JSONCursor) throws(JSONError) -> String? {
        once(name)
        return try cursor.kind() == .string ? try cursor.string().decoded : nil
    }
}

extension Int {
    /// Both are counts; a sum of products like this one still fits.
    func saturatingProduct(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? Int.max / 4 : Swift.min(product, Int.max / 4)
    }
}
