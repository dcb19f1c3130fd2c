import TuppenceCore

/// What a request for images, speech, writing down or ranking asks for beside the tokens of its text, noted while its
/// members go by, or the parts of its form.
struct PieceScan: MemberReader {
    private let endpoint: GovernedEndpoint
    private(set) var hasInput = false
    /// Whether speech is to come as events.
    private(set) var wantsEvents = false
    var refusal: Refusal?
    /// What may be charged and is no text of the request's: sound, images, and the query that is read with each document.
    private(set) var mediaTokens = (most: 0, usual: 0)
    /// How many inputs may fill a model's context each.
    private(set) var inputs = 1

    var seen: [String] = []
    private var characters = (most: 0, usual: 0)
    private var quality: String?
    private var isAnimated = false
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
        } else if key.equals("output_format") {
            let format = try text("output_format", &cursor)
            isAnimated = format == "gif"
            if format == "svg" { refusal = refusal ?? Refusal.drawing("output_format") }
        } else if key.equals("svg") {
            if try cursor.kind() != .null { refusal = refusal ?? Refusal.drawing("svg") }
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

    /// Reads a form.
    ///
    /// - Parameter answers: how many are asked for.
    /// - Returns: how many bytes of it beside its files may be shown to the model, and charged for.
    /// - Throws: a refusal with code `invalid_request` that names the part at fault.
    mutating func note(_ form: Form, answers: Int, in bytes: UnsafeRawBufferPointer) throws(Refusal) -> Int {
        if endpoint == .imageEdits { return try noteEdit(form, answers, bytes) }
        guard form["file"].count == 1, let file = form["file"].first, !file.value.isEmpty else {
            throw .invalid("'file' must be given once, with the sound to be written down.", "file")
        }
        note(sound: UnsafeRawBufferPointer(rebasing: bytes[file.value]))
        return form.parts.reduce(0) { $0 + ($1.name == "file" ? 0 : $1.value.count) }
    }

    /// Images to be edited: `image` or several `image[]`, and a `mask`. What is called like them counts as one, file or not.
    private mutating func noteEdit(
        _ form: Form, _ answers: Int, _ bytes: UnsafeRawBufferPointer
    ) throws(Refusal) -> Int {
        func isImage(_ part: Form.Part) -> Bool { part.isFile || part.name.hasPrefix("image") || part.name == "mask" }
        guard form.parts.contains(where: { $0.name.hasPrefix("image") && !$0.value.isEmpty }) else {
            throw .invalid("'image' is missing: send the image to be edited, or several as 'image[]'.", "image")
        }
        guard let prompt = try form.single("prompt", in: bytes), !prompt.text.isEmpty else {
            throw .invalid("'prompt' is missing.", "prompt")
        }
        hasInput = true
        size = try form.single("size", in: bytes)?.text
        quality = try form.single("quality", in: bytes)?.text
        let format = try form.single("output_format", in: bytes)?.text
        isAnimated = format == "gif"
        if format == "svg" { throw .drawing("output_format") }
        if form.parts.contains(where: { $0.name.hasPrefix("svg") }) { throw .drawing("svg") }
        previews = min(try form.count("partial_images", of: 0...100_000_000, in: bytes) ?? 0, 100)
        let seen = form.parts.count(where: isImage).saturatingProduct(answers)
        mediaTokens = (seen.saturatingProduct(ImageTokens.mostSeen), seen.saturatingProduct(ImageTokens.usualSeen))
        inputs = max(seen, 1)
        let textBytes = form.parts.reduce(0) { $0 + (isImage($1) ? 0 : $1.value.count) }
        return textBytes.saturatingProduct(answers)
    }

    /// Sound to be written down.
    private mutating func note(sound: UnsafeRawBufferPointer) {
        let length = AudioLength(of: sound)
        hasInput = true
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
        case .images, .imageEdits:
            let tokens = ImageTokens.most(
                quality: quality, size: size, isAnimated: isAnimated, previews: previews)
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

extension Refusal {
    /// A drawing is written by another model than the one that is asked for (`svg.model`), and charged at its rates: see
    /// `types/image_generate_params.py` of openai-python 3.57.0 (read 2026-11-29).
    fileprivate static func drawing(_ field: String) -> Refusal {
        .invalid(
            "What the model that writes an SVG may cost cannot be held for: leave 'svg' out, and ask for another 'output_format'.",
            field)
    }
}

extension Int {
    /// Both are counts; a sum of products like this one still fits.
    func saturatingProduct(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? Int.max / 4 : Swift.min(product, Int.max / 4)
    }
}
