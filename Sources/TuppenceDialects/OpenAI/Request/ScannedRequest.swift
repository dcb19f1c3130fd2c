import TuppenceCore

/// What decides about a request, found in one pass over its bytes; the rest is never decoded. What decides has the same
/// names in the OpenAI dialect and in Anthropic's; what only Responses and Gemini have stands in files of their own.
///
/// Sources: https://platform.openai.com/docs/api-reference/chat/create, https://platform.claude.com/docs/en/api/messages
/// (read 2026-11).
package final class ScannedRequest {
    package let endpoint: GovernedEndpoint
    /// What the path says, in Gemini's dialect.
    package let address: RequestAddress
    package internal(set) var model = ""
    package internal(set) var streams = false
    package internal(set) var wantsUsage = false
    package internal(set) var user: String?
    /// `max_completion_tokens`, `max_tokens`: the larger where both are given, since which one counts is the provider's
    /// business.
    package internal(set) var outputLimit: Int?
    /// A budget for thinking within the output limit: `reasoning.max_tokens`, `thinking.budget_tokens`.
    var thinking = 0
    var choices = 1
    var bestOf = 1
    var prompts = 1
    var content: ContentCount
    var hasTools = false
    /// Whether a chat's tools, or the choice among them, are in a form that OpenAI refuses: flat, as some editors send them,
    /// or Anthropic's. They are read and written anew for whoever speaks the caller's dialect, too.
    package var hasFlatTools = false
    /// What it says that some models of its dialect refuse.
    package internal(set) var traits: RequestTraits = []
    /// Of these, what comes of several members together.
    var openAISigns = OpenAISigns()
    /// Of a form, beside its files.
    var promptBytes = 0
    var searches = SearchCount()
    var service = ServiceWish.usual
    /// Whether Anthropic is asked to answer faster, for more.
    package internal(set) var isFaster = false
    /// Where the last two messages stand, the last one second, or the whole prompt: what tells a request from the next.
    package internal(set) var lastInputs = (0..<0, 0..<0)
    /// The conversation that it is part of, by what its provider is to find its prompt by.
    package internal(set) var session: Affinity?
    /// Whether the answer is to be kept, and found again by its id. Only Responses have that.
    package internal(set) var isToBeKept = false

    /// The conversation as it was read, where it may have to be put into another dialect and is worth keeping.
    var conversation: JSONRecording?
    let foresight: (any TranslationForesight)?

    var pieces: PieceScan?
    /// What sets the parts of the body apart, where it is a form.
    package private(set) var formBoundary: String?
    var modelRange = 0..<0
    /// The limits that are given, and where their values stand; null is none.
    var limits: [(range: Range<Int>, field: StaticString, value: Int?)] = []
    /// What makes the `stream_options` of the caller ask for usage.
    var usageEdit: ByteEdit?
    /// Behind the opening brace, where members can be put in.
    var insertion = 0
    /// The object that has the output limit, where it is one within the body.
    var limitHome: LimitHome?
    /// Where null stands in place of that object.
    var missingHome: Range<Int>?

    /// Behind the opening brace of an object, and whether nothing follows there.
    struct LimitHome {
        var insertion: Int
        var isEmpty: Bool
    }

    /// - Parameters:
    ///   - address: what the path says, in Gemini's dialect.
    ///   - precision: how closely the input is counted.
    ///   - foresight: who knows whether the request will have to be translated; nil where it will not be sent.
    /// - Throws: a refusal with code `invalid_request` that names the field at fault.
    package init(
        _ bytes: UnsafeRawBufferPointer, endpoint: GovernedEndpoint, address: RequestAddress = RequestAddress(),
        _ precision: ContentCount.Precision = .close, foresight: (any TranslationForesight)? = nil
    ) throws(Refusal) {
        self.endpoint = endpoint
        self.foresight = foresight
        self.address = address
        if let model = address.model { self.model = model }
        streams = address.streams
        let isASCII = isAllASCII(bytes)
        content = ContentCount(precision, isASCII: isASCII, form: ContentCount.Form(endpoint.dialect))
        isToBeKept = endpoint == .responses
        guard isASCII || isValidUTF8(bytes) else { throw .invalid("The body is not valid UTF-8.") }
        if endpoint.isByPiece { pieces = PieceScan(endpoint) }
        var reader = Reader(request: self)
        do throws(JSONError) {
            var cursor = JSONCursor(bytes)
            guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
            insertion = cursor.position + 1
            try cursor.object { (cursor, key) throws(JSONError) in try reader.member(key, &cursor) }
            try cursor.end()
        } catch {
            throw .invalid("The body is not valid JSON: at byte \(error.offset), \(error.reason).")
        }
        if let refusal = reader.refusal { throw refusal }
        if modelRange.isEmpty, model.isEmpty {
            guard let usual = endpoint.usualModel else {
                throw .invalid("'model' is missing: name a route or a model.", "model")
            }
            model = usual
        }
        try finishPieces()
        finishTraits()
        if !reader.hasInput, pieces?.hasInput != true, let field = endpoint.requiredField {
            throw .invalid("'\(field)' is missing.", field)
        }
        if !endpoint.mayStream { streams = false }
        // Streams of these dialects always end with it.
        if endpoint.dialect != .openAI { wantsUsage = true }
    }

    /// A form, of which what decides is text of its own and the files are what it is about.
    ///
    /// Sources: `types/audio/transcription_create_params.py` and `types/image_edit_params.py` of openai-python 3.57.0 (read
    /// 2026-11).
    ///
    /// - Throws: a refusal with code `invalid_request` that names the part at fault.
    package init(
        form bytes: UnsafeRawBufferPointer, contentType: String?, endpoint: GovernedEndpoint
    ) throws(Refusal) {
        self.endpoint = endpoint
        foresight = nil
        address = RequestAddress()
        content = ContentCount(.rough)
        let form = try Form(bytes, contentType: contentType)
        formBoundary = form.boundary
        var pieces = PieceScan(endpoint)
        guard let part = try form.single("model", in: bytes), !part.text.isEmpty else {
            throw .invalid("'model' is missing: name a route or a model.", "model")
        }
        (model, modelRange) = (part.text, part.range)
        streams = try form.single("stream", in: bytes)?.text == "true"
        if let part = try form.single("user", in: bytes), !part.text.isEmpty { user = part.text }
        if endpoint == .imageEdits { choices = try form.count("n", of: 1...100_000_000, in: bytes) ?? 1 }
        promptBytes = try pieces.note(form, answers: choices, in: bytes)
        self.pieces = pieces
    }

    /// The conversation as it was read, for whoever reads the body again: once.
    package func takeConversation() -> JSONRecording? {
        defer { conversation = nil }
        return conversation
    }

    /// Nobody will read the body again, or will read all of it.
    package func forgetConversation() { conversation = nil }

    private func finishTraits() {
        if content.hasInstructions { traits.insert(.lateInstructions) }
        if endpoint.isOpenAIChat { traits.formUnion(openAISigns.traits(hasTools: searches.callersTools > 0)) }
    }

    private func finishPieces() throws(Refusal) {
        guard pieces != nil else { return }
        pieces?.finish()
        if let refusal = pieces?.refusal { throw refusal }
        // Sound comes in pieces whatever form it has.
        if endpoint == .speech { streams = true }
    }

    /// Whether the answer is to come as events; speech comes in pieces without being any.
    package var streamsEvents: Bool { streams && (endpoint != .speech || pieces?.wantsEvents == true) }
}
