import TuppenceCore

/// Counts what a request's content consists of, for its bound and its estimate.
package struct ContentCount: Sendable {
    private var text = TextTokens()
    private var textBytes = 0
    private(set) var numbers = 0
    private var images = ImageCount()
    private var media = 0
    private var mediaEstimate = 0
    /// Of sound, which a few charge for by the minute.
    private(set) var audioSeconds: (most: Int, usual: Int) = (0, 0)
    var messages = 0
    /// What a model has to be able to do to take it in, and to answer as is wanted.
    var needs: ModelCapabilities = []
    /// Whether there are files of text, which go out as files in the caller's own dialect alone.
    private(set) var hasTextFiles = false
    /// Whether there are instructions among the messages of Anthropic's dialect.
    private(set) var hasInstructions = false
    private let precision: Precision

    /// How text is counted: to the token that may be, or by its bytes, which costs next to nothing and holds for more.
    package enum Precision: Sendable {
        case close, rough
    }

    private let form: Form

    /// Whether all of the request is known to be, so that nobody need look.
    private let isASCII: Bool
    /// The most tokens of the text by its bytes, where nobody counts more closely.
    private var rough = 0

    init(_ precision: Precision = .close, isASCII: Bool = false, form: Form = .openAI) {
        self.precision = precision
        self.isASCII = isASCII
        self.form = form
    }

    /// Around a message: its role between two marks, a new line, and a mark at its end.
    private static let messageFrame = 8
    /// What a call of a tool, or its result, is wrapped into: tags and JSON.
    private static let callFrame: Int32 = 24
    private static let resultFrame: Int32 = 16
    /// Text begins with a mark in some vocabularies, and parts of a message are set apart by a line.
    private static let textFrame: Int32 = 1

    func inputCount(isChat: Bool, hasTools: Bool, prompts: Int) -> InputCount {
        // Texts by themselves get a mark at their beginning and their end.
        let frames = rough + numbers + (isChat ? messages * Self.messageFrame : prompts * 4)
        return InputCount(
            any: text.any + frames, large: text.large + frames, grouped: text.grouped + frames,
            bytes: textBytes + frames, images: images, media: media, isChat: isChat, hasTools: hasTools)
    }

    /// Tokens as they usually come out: of what text may have at the most in a large vocabulary, three quarters.
    ///
    /// Roughly: a token for four bytes.
    var estimate: Int { textEstimate + mediaEstimate }

    /// The same of text alone.
    var textEstimate: Int {
        let text = precision == .rough ? (textBytes + 3) / 4 : (text.large * 3 + 3) / 4
        // Behind its messages a chat has the beginning of the answer's.
        return text + numbers + messages * 4 + (messages > 0 ? 3 : 0)
    }

    /// Reads one value of any kind and counts the text in it.
    mutating func add(_ cursor: inout JSONCursor) throws(JSONError) {
        switch try cursor.kind() {
        case .string: count(try cursor.string())
        case .number:
            numbers += 1
            _ = try cursor.number()
        case .array: try cursor.array { (cursor) throws(JSONError) in try add(&cursor) }
        case .object: try count(json: &cursor)
        default: try cursor.skipValue()
        }
    }

    /// Reads one value and counts it as the JSON that it is: schemas, and whatever else a provider may show its model.
    mutating func count(json cursor: inout JSONCursor) throws(JSONError) {
        let range = try cursor.skipValue()
        // A backslash stands nowhere but in a string, with what belongs to it.
        count(JSONText(bytes: UnsafeRawBufferPointer(rebasing: cursor.bytes[range]), isEscaped: true))
    }

    // MARK: Messages

    /// Reads one value within a message, where images and files are what they are, and no mere names in a schema.
    mutating func add(message cursor: inout JSONCursor) throws(JSONError) {
        switch try cursor.kind() {
        case .string: count(try cursor.string())
        case .number: numbers += try cursor.number().bytes.count
        case .array: try cursor.array { (cursor) throws(JSONError) in try add(message: &cursor) }
        case .object:
            switch form {
            case .openAI: try cursor.object { (cursor, key) throws(JSONError) in try member(key, &cursor) }
            case .anthropic: try addBlock(&cursor)
            case .responses: try addItem(&cursor)
            case .gemini: try addPart(&cursor)
            }
        default: try cursor.skipValue()
        }
    }

    /// Reads an object of Anthropic's dialect: `{"type": "image", "source": {"type": "base64", "media_type": …, "data": …}}`.
    private mutating func addBlock(_ cursor: inout JSONCursor) throws(JSONError) {
        var isImage = false
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("type"), try cursor.kind() == .string {
                let type = try cursor.string()
                if type.equals("image") { isImage = true }
                if type.equals("tool_use") { add(frame: Self.callFrame) }
                if type.equals("tool_result") { add(frame: Self.resultFrame) }
                count(type)
            } else if key.equals("role"), try cursor.kind() == .string {
                let role = try cursor.string()
                if role.equals("system") { hasInstructions = true }
                count(role)
            } else if key.equals("source"), try cursor.kind() == .object {
                try addSource(isImage: isImage, &cursor)
            } else if key.equals("input") {
                // The arguments of a call are the caller's own, whatever names they have.
                try count(json: &cursor)
            } else if key.equals("signature") || key.equals("data"), try cursor.kind() == .string {
                addSealed(try cursor.string())
            } else {
                try member(key, &cursor)
            }
        }
    }

    /// An image counts by its size, and a document may be pages of images; text is itself.
    private mutating func addSource(isImage: Bool, _ cursor: inout JSONCursor) throws(JSONError) {
        var data: JSONText?
        var (isText, isImage, isOther) = (false, isImage, false)
        try cursor.object { (cursor, key) throws(JSONError) in
            guard try cursor.kind() == .string else { return try add(message: &cursor) }
            let value = try cursor.string()
            if key.equals("data") {
                data = value
            } else {
                if key.equals("type") { isText = value.equals("text") || value.equals("content") }
                // Of two that say different things the provider may believe the other one.
                if key.equals("media_type") { if value.hasPrefix("image/") { isImage = true } else { isOther = true } }
                count(value)
            }
        }
        if isText {
            if let data { count(data) }
        } else if isImage && !isOther {
            addImage(data.flatMap(Self.imageSize), isLowDetail: false)
        } else {
            needs.insert(.pdf)
            addMedia(bytes: data?.bytes.count)
        }
    }

    /// Thoughts that are sealed count as what they were, where the provider shows them to its model again: what stands beside
    /// them may be a summary, or nothing. Base64 has three bytes in four letters, of which two may be a token.
    ///
    /// Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking (signatures hold all of the thoughts,
    /// which are input where they are not left out; read 2026-11).
    private mutating func addSealed(_ data: JSONText) {
        guard Base64Bytes.isBase64(data) else { return count(data) }
        media += data.bytes.count * 3 / 8 + 16
        mediaEstimate += data.bytes.count / 8
    }

    /// Reads an object of Responses: an item, or a part of one. A file stands in it without a name of its own.
    private mutating func addItem(_ cursor: inout JSONCursor) throws(JSONError) {
        var file: Int?
        var isText = true
        try cursor.object { (cursor, key) throws(JSONError) in
            guard try cursor.kind() == .string else { return try member(key, &cursor) }
            if key.equals("type") {
                let type = try cursor.string()
                if type.equals("function_call") || type.equals("custom_tool_call") { add(frame: Self.callFrame) }
                if type.equals("function_call_output") || type.equals("custom_tool_call_output") {
                    add(frame: Self.resultFrame)
                }
                count(type)
            } else if key.equals("file_data") {
                let data = try cursor.string()
                file = (file ?? 0) + data.bytes.count
                if !data.hasPrefix("data:text/") { isText = false }
            } else if key.equals("file_id") || key.equals("file_url") {
                file = file ?? 0
                isText = false
                try member(key, &cursor)
            } else {
                try member(key, &cursor)
            }
        }
        if let file {
            if isText { hasTextFiles = true } else { needs.insert(.pdf) }
            addMedia(bytes: file)
        }
    }

    /// Reads an object of Gemini's: a content, or a part of one. What a call takes and a tool gives is the caller's own.
    private mutating func addPart(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("inlineData") || key.equals("inline_data") {
                try addInlineData(&cursor)
            } else if key.equals("fileData") || key.equals("file_data") {
                try add(message: &cursor)
                addMedia(bytes: nil)
            } else if key.equals("functionCall") || key.equals("function_call") {
                add(frame: Self.callFrame)
                try count(json: &cursor)
            } else if key.equals("functionResponse") || key.equals("function_response") {
                add(frame: Self.resultFrame)
                try add(message: &cursor)
            } else if key.equals("response") || key.equals("args") {
                try count(json: &cursor)
            } else {
                try member(key, &cursor)
            }
        }
    }

    /// Reads `{"mimeType": …, "data": base64}`.
    private mutating func addInlineData(_ cursor: inout JSONCursor) throws(JSONError) {
        var data: JSONText?
        var (isImage, isAudio, isText, isOther) = (false, false, false, false)
        var kind: ModelCapabilities = []
        let isObject = try cursor.members { (cursor, key) throws(JSONError) in
            guard try cursor.kind() == .string else { return try add(message: &cursor) }
            let value = try cursor.string()
            if key.equals("data") {
                data = value
            } else if key.equals("mimeType") || key.equals("mime_type") {
                // Of two that say different things the provider may believe the other one.
                if value.hasPrefix("image/") {
                    isImage = true
                } else if value.hasPrefix("audio/") {
                    isAudio = true
                } else if value.hasPrefix("text/") {
                    isText = true
                } else {
                    isOther = true
                    if value.hasPrefix("video/") { kind.insert(.videoInput) }
                    if value.equals("application/pdf") { kind.insert(.pdf) }
                }
            } else {
                count(value)
            }
        }
        guard isObject else { return }
        if isAudio { kind.insert(.audioInput) }
        needs.formUnion(kind)
        if isImage && !isAudio && !isOther {
            addImage(data.flatMap(Self.imageSize), isLowDetail: false)
        } else if isAudio && !isImage && !isOther, let data, addAudio(data) {
            return
        } else if isText && !isImage && !isAudio && !isOther, let data {
            addText(bytes: data.bytes.count)
        } else {
            addMedia(bytes: data?.bytes.count)
        }
    }

    private mutating func member(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) {
        switch MessageField(key) {
        case .frame: break
        case .call: add(frame: Self.callFrame)
        case .result: add(frame: Self.resultFrame)
        case .image: return try addImage(&cursor)
        case .audio: return try addAudio(&cursor)
        case .file: return try addFile(&cursor)
        case .address:
            needs.insert(key.equals("video_url") ? .videoInput : key.equals("audio_url") ? .audioInput : .pdf)
            addMedia(bytes: nil, isSound: key.equals("audio_url"))
        case .other: count(key)
        }
        try add(message: &cursor)
    }

    /// Reads an image's address, or an object with one. Only here is a data URL an image: anywhere else it is text.
    private mutating func addImage(_ cursor: inout JSONCursor) throws(JSONError) {
        var address: JSONText?
        var isLowDetail = false
        switch try cursor.kind() {
        case .string: address = try cursor.string()
        case .object:
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("url"), try cursor.kind() == .string {
                    // Which of two counts is the provider's business.
                    if let address { addImage(address, isLowDetail: false) }
                    address = try cursor.string()
                } else if key.equals("detail"), try cursor.kind() == .string {
                    let detail = try cursor.string()
                    isLowDetail = detail.equals("low")
                    count(detail)
                } else {
                    try add(message: &cursor)
                }
            }
        default: try add(message: &cursor)
        }
        if let address { addImage(address, isLowDetail: isLowDetail) } else { addUnknownImage(isLowDetail) }
    }

    private mutating func addImage(_ address: JSONText, isLowDetail: Bool) {
        guard address.hasPrefix("data:image/") else {
            count(address)
            return addUnknownImage(isLowDetail)
        }
        addImage(address.withoutEscapes { ImageSize(dataURL: $0) }, isLowDetail: isLowDetail)
    }

    private static func imageSize(_ data: JSONText) -> ImageSize? {
        data.withoutEscapes { ImageSize(Base64Bytes($0.bytes)) }
    }

    private mutating func addImage(_ size: ImageSize?, isLowDetail: Bool) {
        needs.insert(.vision)
        guard let size else { return addUnknownImage(isLowDetail) }
        let before = images.claude
        images.add(width: size.width, height: size.height, isLowDetail: isLowDetail)
        mediaEstimate += min(images.claude - before, 1_600)
    }

    private mutating func addUnknownImage(_ isLowDetail: Bool) {
        needs.insert(.vision)
        images.addUnknown(isLowDetail)
        mediaEstimate += 1_000
    }

    /// Reads `{"data": base64, "format": …}`, or what Mistral takes: the address or the Base64 alone.
    private mutating func addAudio(_ cursor: inout JSONCursor) throws(JSONError) {
        needs.insert(.audioInput)
        if try cursor.kind() == .string { return addSound(try cursor.string()) }
        guard try cursor.kind() == .object else { return try add(message: &cursor) }
        try cursor.object { (cursor, key) throws(JSONError) in
            guard key.equals("data"), try cursor.kind() == .string else { return try add(message: &cursor) }
            addSound(try cursor.string())
        }
    }

    /// What is no Base64 leads to sound of any length.
    private mutating func addSound(_ text: JSONText) {
        if addAudio(text) { return }
        count(text)
        addMedia(bytes: nil, isSound: true)
    }

    /// Gemini's 32 tokens a second are the most that anybody charges; speech is not compressed below 250 bytes a second, and
    /// waves have 2,000 at the least. Where the file tells more, that counts.
    ///
    /// Source: https://ai.google.dev/gemini-api/docs/audio (read 2026-11).
    ///
    /// - Returns: false for what is no Base64.
    private mutating func addAudio(_ data: JSONText) -> Bool {
        data.withoutEscapes { data in
            guard Base64Bytes.isBase64(data), let bytes = Base64.decoded(data.bytes) else { return false }
            // Base64 for `RIFF`.
            let usual = data.bytes.count / (data.hasPrefix("UklGR") ? 64 : 8) + 64
            guard let length = bytes.withUnsafeBytes({ AudioLength(ofSound: $0) }) else {
                addMedia(bytes: bytes.count, isSound: true)
                return true
            }
            let seconds = max(length.mostSeconds, (usual + 31) / 32)
            media += max(usual, length.mostSeconds * 32)
            mediaEstimate += data.bytes.count / 1_000 + 16
            audioSeconds.most += seconds
            audioSeconds.usual += length.usualSeconds
            return true
        }
    }

    /// Reads a file: its address, or `{"file_data": data URL, "filename": …}`.
    private mutating func addFile(_ cursor: inout JSONCursor) throws(JSONError) {
        var bytes: Int?
        var isText = true
        if try cursor.kind() == .object {
            try cursor.object { (cursor, key) throws(JSONError) in
                guard key.equals("file_data"), try cursor.kind() == .string else { return try add(message: &cursor) }
                let data = try cursor.string()
                bytes = (bytes ?? 0) + data.bytes.count
                if !data.hasPrefix("data:text/") { isText = false }
            }
        } else {
            try add(message: &cursor)
        }
        if bytes != nil && isText { hasTextFiles = true } else { needs.insert(.pdf) }
        addMedia(bytes: bytes)
    }

    /// What a file holds nobody can tell: Gemini takes a thousand pages, Anthropic six hundred, each of which may have any
    /// amount of text, packed into a few bytes; and an hour of video is 946,800 tokens, of one picture a second. So it may be
    /// all that a model takes, and that bounds it: no model is known to take more than this.
    ///
    /// Sources: https://ai.google.dev/gemini-api/docs/document-processing and …/video-understanding,
    /// https://platform.claude.com/docs/en/build-with-claude/pdf-support (read 2026-11).
    private static let largestContext = 2_097_152
    /// Longer than what any chat takes: 40 minutes are the most that Mistral's do (https://mistral.ai/news/voxtral).
    private static let longestSound = 3_600

    /// Counts a file, or what is given by its address alone.
    ///
    /// - Parameter bytes: how many there are of it; nil where it lies elsewhere.
    private mutating func addMedia(bytes: Int?, isSound: Bool = false) {
        media += max(Self.largestContext, bytes ?? 0)
        mediaEstimate += 4_000 + (bytes ?? 0) / 4
        guard isSound else { return }
        audioSeconds.most += Self.longestSound
        audioSeconds.usual += 60
    }

    /// Counts text in Base64: as many tokens as it has bytes, and a third more, as of signs.
    private mutating func addText(bytes: Int) {
        media += bytes + 64
        mediaEstimate += bytes / 4
    }

    /// Counts thoughts that lie at their provider. No page says how many tokens they may be: whole answers that were recorded
    /// have 4,416 at the most.
    mutating func addUnknownThoughts() {
        media += 32_768
        mediaEstimate += 512
    }

    private mutating func add(frame tokens: Int32) { text.add(SIMD2(tokens, tokens)) }

    private mutating func count(_ string: JSONText) {
        switch precision {
        case .close: text += TextScan.tokens(in: string)
        // Half as many again as bytes: vocabularies have been seen that make eight tokens of six bytes of signs. A character
        // beyond ASCII, two bytes at the least or an escape of six, has eighteen at the most.
        case .rough where isASCII && !string.isEscaped: rough += string.bytes.count + string.bytes.count / 2
        case .rough: rough += string.bytes.count * (isASCII ? 3 : 9)
        }
        text.add(SIMD2(Self.textFrame, Self.textFrame))
        textBytes += string.bytes.count
    }
}

/// What a member of a message means for its size, by its name.
private enum MessageField {
    /// Known, and not shown to a model by its name.
    case frame
    case call, result, image, audio, file
    /// Of something given by its address alone, however long it turns out to be.
    case address
    case other

    init(_ key: JSONText) {
        if key.isEscaped {
            self = Self.named(key.decoded)
            return
        }
        switch key.bytes.count {
        case 2: self = key.equals("id") ? .frame : .other
        case 3: self = key.equals("url") ? .frame : .other
        case 4:
            self =
                key.equals("role") || key.equals("type") || key.equals("text") || key.equals("name")
                ? .frame : key.equals("file") ? .file : .other
        case 5: self = key.equals("index") ? .frame : .other
        case 7: self = key.equals("content") || key.equals("refusal") ? .frame : .other
        case 8: self = key.equals("function") ? .call : .other
        case 9:
            self =
                key.equals("arguments")
                ? .frame
                : key.equals("image_url")
                    ? .image
                    : key.equals("video_url") || key.equals("audio_url") ? .address : .other
        case 10: self = key.equals("tool_calls") ? .frame : .other
        case 11: self = key.equals("input_audio") ? .audio : .other
        case 12: self = key.equals("tool_call_id") ? .result : key.equals("document_url") ? .address : .other
        default: self = .other
        }
    }

    /// One whose letters are escaped is rare, and means the same.
    private static func named(_ name: String) -> MessageField {
        switch name {
        case "image_url": .image
        case "input_audio": .audio
        case "file": .file
        case "video_url", "audio_url", "document_url": .address
        default: .other
        }
    }
}
