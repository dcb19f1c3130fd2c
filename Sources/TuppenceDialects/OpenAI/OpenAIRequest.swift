import TuppenceCore

/// What decides about a request, found in one pass over its bytes; the rest is never decoded. What decides has the same
/// names in the OpenAI dialect and in Anthropic's; what only Responses and Gemini have stands in files of their own.
///
/// Sources: https://platform.openai.com/docs/api-reference/chat/create, https://platform.claude.com/docs/en/api/messages
/// (read 2026-11).
package final class OpenAIRequest {
    package let endpoint: OpenAIEndpoint
    /// What the path says, in Gemini's dialect.
    package let address: RequestAddress
    package private(set) var model = ""
    package private(set) var streams = false
    package private(set) var wantsUsage = false
    package internal(set) var user: String?
    /// `max_completion_tokens`, `max_tokens`: the larger where both are given, since which one counts is the provider's
    /// business.
    package private(set) var outputLimit: Int?
    /// A budget for thinking within the output limit: `reasoning.max_tokens`, `thinking.budget_tokens`.
    var thinking = 0
    var choices = 1
    private var bestOf = 1
    private var prompts = 1
    var content: ContentCount
    var hasTools = false
    /// Of a form, beside its file.
    private var promptBytes = 0
    var searches = SearchCount()
    var service = ServiceWish.usual
    /// Where the last two messages stand, the last one second, or the whole prompt: what tells a request from the next.
    package internal(set) var lastInputs = (0..<0, 0..<0)
    /// The conversation that it is part of, by what its provider is to find its prompt by.
    package internal(set) var session: Affinity?
    /// Whether the answer is to be kept, and found again by its id. Only Responses have that.
    package internal(set) var isToBeKept = false

    /// The conversation as it was read, where it may have to be put into another dialect and is worth keeping.
    private var conversation: JSONRecording?
    private let foresight: (any TranslationForesight)?

    private var pieces: PieceScan?
    /// What sets the parts of the body apart, where it is a form.
    package private(set) var formBoundary: String?
    private var modelRange = 0..<0
    /// The limits that are given, and where their values stand; null is none.
    private var limits: [(range: Range<Int>, field: StaticString, value: Int?)] = []
    /// What makes the `stream_options` of the caller ask for usage.
    private var usageEdit: ByteEdit?
    /// Behind the opening brace, where members can be put in.
    private var insertion = 0
    /// The object that has the output limit, where it is one within the body.
    var limitHome: LimitHome?

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
        _ bytes: UnsafeRawBufferPointer, endpoint: OpenAIEndpoint, address: RequestAddress = RequestAddress(),
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
        if !reader.hasInput, pieces?.hasInput != true, let field = endpoint.requiredField {
            throw .invalid("'\(field)' is missing.", field)
        }
        if !endpoint.mayStream { streams = false }
        // Streams of these dialects always end with it.
        if endpoint.dialect != .openAI { wantsUsage = true }
    }

    /// A form, of which what decides is text of its own and the file is what it is about.
    ///
    /// Source: https://platform.openai.com/docs/api-reference/audio/createTranscription (to be read).
    ///
    /// - Throws: a refusal with code `invalid_request` that names the part at fault.
    package init(
        form bytes: UnsafeRawBufferPointer, contentType: String?, endpoint: OpenAIEndpoint
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
        user = try form.single("user", in: bytes)?.text
        guard form["file"].count == 1, let file = form["file"].first, !file.value.isEmpty else {
            throw .invalid("'file' must be given once, with the sound to be written down.", "file")
        }
        pieces.note(sound: UnsafeRawBufferPointer(rebasing: bytes[file.value]))
        // All else may be shown to the model.
        promptBytes = form.parts.reduce(0) { $0 + ($1.name == "file" ? 0 : $1.value.count) }
        self.pieces = pieces
    }

    /// The conversation as it was read, for whoever reads the body again: once.
    package func takeConversation() -> JSONRecording? {
        defer { conversation = nil }
        return conversation
    }

    /// Nobody will read the body again, or will read all of it.
    package func forgetConversation() { conversation = nil }

    private func finishPieces() throws(Refusal) {
        guard pieces != nil else { return }
        pieces?.finish()
        if let refusal = pieces?.refusal { throw refusal }
        // Sound comes in pieces whatever form it has.
        if endpoint == .speech { streams = true }
    }

    /// Whether the answer is to come as events; speech comes in pieces without being any.
    package var streamsEvents: Bool { streams && (endpoint != .speech || pieces?.wantsEvents == true) }

    /// Anthropic's tiers are `auto` and `standard_only`; what another word means is its target's business.
    fileprivate func wish(named name: String) -> ServiceWish {
        guard endpoint.dialect == .anthropic else { return ServiceWish(named: name) }
        return name == "auto" || name == "standard_only" ? .usual : .unknown
    }

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
            streams: streams, searches: searches.most, service: service, needs: needs,
            textEstimate: content.textEstimate)
    }

    /// What a model has to be able to do for it.
    package var needs: ModelCapabilities { searches.callersTools > 0 ? content.needs.union(.tools) : content.needs }
    /// How many tools of its own the caller offers.
    package var toolCount: Int { searches.callersTools }
    package var messageCount: Int { content.messages }

    private func demand(_ pieces: PieceScan) -> Demand {
        var bound = content.inputCount(isChat: false, hasTools: false, prompts: prompts)
        bound.media += promptBytes + pieces.mediaTokens.most
        return Demand(
            inputBound: bound, inputEstimate: inputEstimate, inputs: max(prompts, pieces.inputs), producesOutput: false,
            streams: streams, service: service, pieces: pieces.demand(images: choices))
    }

    // MARK: Rewriting

    /// The edits that turn the caller's body into the one that `provider` gets.
    ///
    /// - Parameter isClamped: whether `outputLimit` goes before what the caller asks for.
    package func edits(
        for model: String, outputLimit limit: Int?, isClamped: Bool = false, provider: Provider
    ) -> ByteEdits {
        var edits = ByteEdits()
        var inserted: [UInt8] = []
        if formBoundary != nil {
            if model != self.model { edits.add(ByteEdit(modelRange, Array(model.utf8))) }
            return edits
        }
        if modelRange.isEmpty {
            // It stands in the path, or nowhere.
            if endpoint.usualModel != nil {
                inserted += Array("\"model\":".utf8) + JSONWriting.quoted(model) + [UInt8(ascii: ",")]
            }
        } else if model != self.model {
            edits.add(ByteEdit(modelRange, JSONWriting.quoted(model)))
        }
        if outputLimit == nil, let limit {
            let field = endpoint.limitField(of: provider)
            if let null = limits.first(where: { $0.field.equals(field) }) {
                edits.add(ByteEdit(null.range, Array(String(limit).utf8)))
            } else if let limitHome {
                edits.add(
                    ByteEdit(
                        at: limitHome.insertion,
                        insert: Array("\"\(field)\":\(limit)\(limitHome.isEmpty ? "" : ",")".utf8)))
            } else if endpoint.dialect == .gemini {
                inserted += Array("\"generationConfig\":{\"\(field)\":\(limit)},".utf8)
            } else {
                inserted += Array("\"\(field)\":\(limit),".utf8)
            }
        }
        if isClamped, let limit {
            for given in limits where given.value.map({ $0 > limit }) == true {
                edits.add(ByteEdit(given.range, Array(String(limit).utf8)))
            }
        }
        if streams && !wantsUsage && endpoint.producesOutput && provider.acceptsStreamOptions {
            if let usageEdit {
                edits.add(usageEdit)
            } else {
                inserted += Array("\"stream_options\":{\"include_usage\":true},".utf8)
            }
        }
        if !inserted.isEmpty { edits.add(ByteEdit(at: insertion, insert: inserted)) }
        return edits
    }
}

extension StaticString {
    fileprivate func equals(_ other: StaticString) -> Bool {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount).elementsEqual(
            UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }
}

extension Refusal {
    static func invalid(_ message: String, _ parameter: String? = nil) -> Refusal {
        Refusal(.invalidRequest, message, parameter: parameter)
    }
}

extension OpenAIRequest {
    /// Takes in the members of the body, each once.
    struct Reader {
        let request: OpenAIRequest
        private let dialect: Dialect
        var hasInput = false
        /// The first thing wrong with the request. Reading goes on: a body that is no JSON at all is reported first.
        fileprivate var refusal: Refusal?
        /// A handful of short names: looking through them beats hashing them.
        private var seen: [String] = []

        init(request: OpenAIRequest) {
            self.request = request
            dialect = request.endpoint.dialect
            seen.reserveCapacity(8)
        }

        mutating func member(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) {
            switch dialect {
            case .gemini: return try geminiMember(key, &cursor)
            case .responses: if try responsesMember(key, &cursor) { return }
            default: break
            }
            if request.pieces != nil { try request.pieces?.note(key, cursor) }
            switch key.bytes.count {
            // Only these lengths, or escapes, can make one of the names below.
            case 1, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 21: break
            default: if !key.isEscaped { return try other(&cursor) }
            }
            if key.equals("model") {
                try model(&cursor)
            } else if key.equals("messages") && request.endpoint.hasMessages {
                try messages(&cursor)
            } else if key.equals("prompt") && request.endpoint == .completions {
                try prompts("prompt", &cursor)
            } else if key.equals("input") && request.endpoint.takesInputs {
                try prompts("input", &cursor)
            } else if key.equals("stream") {
                try stream(&cursor)
            } else if key.equals("stream_options") {
                try streamOptions(&cursor)
            } else if key.equals("max_tokens") && dialect != .responses {
                try limit("max_tokens", &cursor)
            } else if key.equals("max_completion_tokens") && request.endpoint == .chat {
                try limit("max_completion_tokens", &cursor)
            } else if key.equals("n") {
                once("n")
                if let count = try positive("n", &cursor) { request.choices = count }
            } else if key.equals("best_of") {
                once("best_of")
                if let count = try positive("best_of", &cursor) { request.bestOf = count }
            } else if key.equals("user") {
                once("user")
                if try cursor.kind() == .string {
                    request.user = try cursor.string().decoded
                } else {
                    try cursor.skipValue()
                }
            } else if key.equals("reasoning") {
                try noteReasoning(cursor)
                try thinking("max_tokens", &cursor)
            } else if key.equals("thinking") {
                try noteReasoning(cursor)
                try thinking("budget_tokens", &cursor)
            } else if key.equals("system") && dialect == .anthropic {
                once("system")
                try request.content.add(message: &cursor)
            } else if key.equals("metadata") && dialect == .anthropic {
                try metadata(&cursor)
            } else if key.equals("tools") || key.equals("functions") || key.equals("response_format") {
                request.hasTools = true
                var value = cursor
                if key.equals("tools") {
                    try request.searches.addTools(&value)
                } else if key.equals("functions") {
                    try request.searches.addFunctions(&value)
                } else {
                    try noteSchema(&value)
                }
                try request.content.count(json: &cursor)
            } else if key.equals("service_tier") {
                once("service_tier")
                if let name = try cursor.text() { request.service = request.wish(named: name) }
            } else if key.equals("web_search_options") {
                var options = cursor
                try request.searches.addOptions(&options)
                try other(&cursor)
            } else if key.equals("search_parameters") {
                var parameters = cursor
                try request.searches.addParameters(&parameters)
                try other(&cursor)
            } else if key.equals("plugins") {
                var plugins = cursor
                try request.searches.addPlugins(&plugins)
                try other(&cursor)
            } else {
                try noteNeeds(key, cursor)
                try other(&cursor)
            }
        }

        /// What a provider makes of a member is its business; what may be text may be shown to the model.
        mutating func other(_ cursor: inout JSONCursor) throws(JSONError) {
            switch try cursor.kind() {
            case .string, .array, .object: try request.content.count(json: &cursor)
            default: try cursor.skipValue()
            }
        }

        /// Two members of one name would let us price one and the provider obey the other.
        mutating func once(_ name: String) {
            if seen.contains(name) { refuse("'\(name)' is given twice.", name) }
            seen.append(name)
        }

        mutating func refuse(_ message: String, _ parameter: String) {
            if refusal == nil { refusal = .invalid(message, parameter) }
        }

        private mutating func model(_ cursor: inout JSONCursor) throws(JSONError) {
            once("model")
            guard try cursor.kind() == .string else {
                try cursor.skipValue()
                return refuse("'model' must be a string.", "model")
            }
            let start = cursor.position
            request.model = try cursor.string().decoded
            request.modelRange = start..<cursor.position
            if request.model.isEmpty { refuse("'model' is empty: name a route or a model.", "model") }
        }

        private mutating func messages(_ cursor: inout JSONCursor) throws(JSONError) {
            once("messages")
            hasInput = true
            guard try cursor.kind() == .array else {
                try cursor.skipValue()
                return refuse("'messages' must be an array.", "messages")
            }
            var count = 0
            var malformed = false
            try keepingConversation(&cursor) { (reader, cursor) throws(JSONError) in
                try cursor.array { (cursor) throws(JSONError) in
                    count += 1
                    if try cursor.kind() != .object { malformed = true }
                    let start = cursor.position
                    try reader.request.content.add(message: &cursor)
                    reader.request.lastInputs = (reader.request.lastInputs.1, start..<cursor.position)
                }
            }
            request.content.messages = count
            if count == 0 { refuse("'messages' is empty: send at least one message.", "messages") }
            if malformed { refuse("Every element of 'messages' must be an object.", "messages") }
        }

        /// Reads the conversation by `body`, and keeps what was read where the request will have to be translated. The model
        /// decides that, which nearly all callers name before they speak; short bodies are as soon read again.
        mutating func keepingConversation(
            _ cursor: inout JSONCursor,
            _ body: (inout Reader, inout JSONCursor) throws(JSONError) -> Void
        ) throws(JSONError) {
            guard cursor.bytes.count >= 4_096, !request.model.isEmpty, let foresight = request.foresight,
                foresight.mayTranslate(request.endpoint, for: request.model)
            else { return try body(&self, &cursor) }
            request.conversation = try cursor.recording { (cursor) throws(JSONError) in try body(&self, &cursor) }
        }

        /// A string, tokens, or a list of either: how many inputs there are decides how many answers.
        private mutating func prompts(_ name: String, _ cursor: inout JSONCursor) throws(JSONError) {
            once(name)
            hasInput = true
            let kind = try cursor.kind()
            let start = cursor.position
            defer { request.lastInputs.1 = start..<cursor.position }
            switch kind {
            case .string: try request.content.add(&cursor)
            case .array:
                var lists = 0
                var numbers = 0
                try cursor.array { (cursor) throws(JSONError) in
                    if try cursor.kind() == .number { numbers += 1 } else { lists += 1 }
                    try request.content.add(&cursor)
                }
                if lists + numbers == 0 { refuse("'\(name)' is empty.", name) }
                request.prompts = max(lists, 1)
            case .null where name == "prompt": try cursor.skipValue()
            default:
                try cursor.skipValue()
                refuse("'\(name)' must be a string or an array.", name)
            }
        }

        private mutating func stream(_ cursor: inout JSONCursor) throws(JSONError) {
            once("stream")
            switch try cursor.kind() {
            case .bool: request.streams = try cursor.bool()
            case .null: try cursor.skipValue()
            default:
                try cursor.skipValue()
                refuse("'stream' must be true or false.", "stream")
            }
        }

        private mutating func streamOptions(_ cursor: inout JSONCursor) throws(JSONError) {
            once("stream_options")
            guard try cursor.kind() == .object else {
                let isNull = try cursor.kind() == .null
                request.usageEdit = ByteEdit(try cursor.skipValue(), Array("{\"include_usage\":true}".utf8))
                if !isNull { refuse("'stream_options' must be an object.", "stream_options") }
                return
            }
            let inside = cursor.position + 1
            var isEmpty = true
            var flag: Range<Int>?
            try cursor.object { (cursor, key) throws(JSONError) in
                isEmpty = false
                guard key.equals("include_usage") else { return _ = try cursor.skipValue() }
                if try cursor.kind() == .bool {
                    let start = cursor.position
                    request.wantsUsage = try cursor.bool()
                    flag = start..<cursor.position
                } else {
                    flag = try cursor.skipValue()
                }
            }
            request.usageEdit =
                flag.map { ByteEdit($0, Array("true".utf8)) }
                ?? ByteEdit(
                    at: inside, insert: Array((isEmpty ? "\"include_usage\":true" : "\"include_usage\":true,").utf8))
        }

        mutating func limit(_ field: StaticString, _ cursor: inout JSONCursor) throws(JSONError) {
            let name = field.description
            once(name)
            let kind = try cursor.kind()
            let start = cursor.position
            let limit = try positive(name, &cursor)
            if let limit { request.outputLimit = max(request.outputLimit ?? 0, limit) }
            if limit != nil || kind == .null { request.limits.append((start..<cursor.position, field, limit)) }
        }

        /// Who the caller's user is, in Anthropic's dialect. One that is longer than a name may be is none: some clients put
        /// a description of themselves there.
        private mutating func metadata(_ cursor: inout JSONCursor) throws(JSONError) {
            once("metadata")
            guard try cursor.kind() == .object else { return _ = try cursor.skipValue() }
            try cursor.object { (cursor, key) throws(JSONError) in
                guard key.equals("user_id"), try cursor.kind() == .string else { return _ = try cursor.skipValue() }
                let user = try cursor.string().decoded
                request.user = (1...256).contains(user.utf8.count) ? user : nil
            }
        }

        /// A budget for thinking, which providers refuse to fit into a smaller output limit. What it is else is theirs.
        mutating func thinking(_ name: StaticString, _ cursor: inout JSONCursor) throws(JSONError) {
            guard try cursor.kind() == .object else { return _ = try cursor.skipValue() }
            try cursor.object { (cursor, key) throws(JSONError) in
                guard key.equals(name), try cursor.kind() == .number else { return _ = try cursor.skipValue() }
                let budget = try cursor.number().integer ?? 0
                request.thinking = max(request.thinking, min(budget, 100_000_000))
            }
        }

        mutating func positive(_ name: String, _ cursor: inout JSONCursor) throws(JSONError) -> Int? {
            switch try cursor.kind() {
            case .null:
                try cursor.skipValue()
                return nil
            case .number:
                let number = try cursor.number()
                // More than any model's context is a mistake, and keeps every product below within 64 bits.
                if let value = number.integer, (1...100_000_000).contains(value) { return value }
                refuse("'\(name)' must be a whole number from 1 to 100000000, not \(number.text.prefix(40)).", name)
                return nil
            default:
                try cursor.skipValue()
                refuse("'\(name)' must be a whole number.", name)
                return nil
            }
        }
    }
}
