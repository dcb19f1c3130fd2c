import TuppenceCore

/// What matters to the books in one event of a stream of the OpenAI dialect.
package struct OpenAIChunk: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// `[DONE]`.
        case done
        /// An error in place of an answer.
        case error(StreamFault)
        case chunk
        /// No data that concerns anybody: a comment, a keep-alive, an event without data.
        case other
    }

    package private(set) var kind = Kind.other
    /// Whether it is an error whose members stand at the top, where the dialect's clients do not look for them.
    package private(set) var isBareError = false
    package private(set) var usage: OpenAIUsage?
    /// Where a usage object stands that makes no sense, or has zeros for what is counted elsewhere.
    package private(set) var nonsense: Range<Int>?
    /// Where a usage object stands that counts nothing, but may say what is charged.
    package private(set) var uncounted: UsagePlace?
    /// Whether this chunk has no choices and is there for its usage only.
    package private(set) var isUsageOnly = false
    package private(set) var content = CountedContent()
    /// The choices that it has something of, and those that it says why they end; a bit each, the last for all from the 64th on.
    package private(set) var choices: UInt64 = 0
    package private(set) var finished: UInt64 = 0
    package var isFinish: Bool { finished != 0 }
    /// Whether it has choices at all: some hosts stream objects of their own under this dialect's addresses.
    package private(set) var hasChoicesField = false

    private init() {}

    /// Reads one server-sent event.
    ///
    /// - Returns: the chunk, and where its data begins in the event, so that its ranges can be told there.
    package static func read(event: UnsafeRawBufferPointer) throws(JSONError) -> (chunk: OpenAIChunk, dataStart: Int) {
        switch SSE.data(of: event) {
        case .none: return (OpenAIChunk(), 0)
        case .line(let range):
            return (try OpenAIChunk(UnsafeRawBufferPointer(rebasing: event[range])), range.lowerBound)
        case .lines(let data):
            let chunk: Result<OpenAIChunk, JSONError> = data.withUnsafeBytes { bytes in
                do throws(JSONError) { return .success(try OpenAIChunk(bytes)) } catch { return .failure(error) }
            }
            var read = try chunk.get()
            // Its places are those of the joined text, so nothing is to be written into the event.
            read.usage = read.usage?.withoutRange
            (read.nonsense, read.uncounted) = (nil, nil)
            return (read, 0)
        }
    }

    /// - Parameter data: what the `data:` lines of the event hold.
    /// - Throws: if that is neither `[DONE]` nor a JSON object.
    package init(_ data: UnsafeRawBufferPointer) throws(JSONError) {
        if data.count == 6, data[0] == UInt8(ascii: "["), data[1] == UInt8(ascii: "D") {
            kind = .done
            return
        }
        kind = .chunk
        var cursor = JSONCursor(data)
        guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
        var hasChoices = false
        var sawChoices = false
        // Nearly every chunk names its tier, and one counts: it is read there alone.
        var service: Int?
        try cursor.object { (cursor, key) throws(JSONError) in
            switch key.bytes.count {
            case 5, 6, 7: break
            case 12 where key.equals("service_tier"):
                service = cursor.position
                return _ = try cursor.skipValue()
            default: if !key.isEscaped { return _ = try cursor.skipValue() }
            }
            if key.equals("choices"), try cursor.kind() == .array {
                sawChoices = true
                try cursor.array { (cursor) throws(JSONError) in
                    hasChoices = true
                    try choice(&cursor)
                }
            } else if key.equals("usage"), try cursor.kind() == .object {
                let found = try OpenAIUsage(&cursor)
                take(found)
                if found.isNonsense { nonsense = found.range }
            } else if key.equals("x_groq"), try cursor.kind() == .object {
                try groq(&cursor)
            } else if key.equals("error"), try cursor.kind() != .null {
                kind = .error(StreamFault(data[try cursor.skipValue()]))
            } else if key.equals("object"), try cursor.kind() == .string {
                isBareError = try cursor.string().equals("error")
            } else {
                try cursor.skipValue()
            }
        }
        try cursor.end()
        // Mistral's errors, and older vLLM's, have their members at the top.
        isBareError = isBareError && !sawChoices && kind == .chunk
        if isBareError { kind = .error(StreamFault(data)) }
        if usage != nil, let service {
            var cursor = JSONCursor(data, at: service)
            usage?.service = try cursor.text().map { ServiceTier(named: $0) }
        }
        isUsageOnly = (usage != nil || nonsense != nil) && sawChoices && !hasChoices
        hasChoicesField = sawChoices
        // Whatever it is, it goes to the caller; its bytes are all that is known of what it costs.
        if !sawChoices, usage == nil, kind == .chunk { content.count(data.count) }
    }

    private mutating func choice(_ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .object else { return _ = try cursor.skipValue() }
        var index = 0
        var ends = false
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("delta"), try cursor.kind() == .object {
                try delta(&cursor)
            } else if key.equals("text"), try cursor.kind() == .string {
                content.count(try cursor.string().bytes.count)
            } else if key.equals("finish_reason"), try cursor.kind() == .string {
                // Snowflake's is "" on chunks that finish nothing.
                if try !cursor.string().isEmpty { ends = true }
            } else if key.equals("index"), try cursor.kind() == .number {
                index = try cursor.number().integer ?? 0
            } else if key.equals("error"), try cursor.kind() != .null {
                // OpenRouter's, of a model that failed.
                let range = try cursor.skipValue()
                kind = .error(StreamFault(cursor.bytes[range]))
            } else if key.equals("usage"), try cursor.kind() == .object {
                // Moonshot's streams count there. It stands elsewhere than clients look, so it is counted, not edited.
                takeElsewhere(try OpenAIUsage(&cursor))
            } else {
                try cursor.skipValue()
            }
        }
        let bit = UInt64(1) << UInt64(min(max(index, 0), 63))
        choices |= bit
        if ends { finished |= bit }
    }

    private mutating func delta(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("role") { return _ = try cursor.skipValue() }
            switch try cursor.kind() {
            case .string: content.count(try cursor.string().bytes.count)
            case .array, .object:
                var bytes = ContentBytes()
                try bytes.add(&cursor)
                content.count(bytes.count)
            default: try cursor.skipValue()
            }
        }
    }

    /// Groq counts in `x_groq.usage`, whether asked or not. It stands elsewhere in the bytes, so it is counted, not edited.
    private mutating func groq(_ cursor: inout JSONCursor) throws(JSONError) {
        var found: OpenAIUsage?
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("usage"), try cursor.kind() == .object {
                found = try OpenAIUsage(&cursor)
            } else {
                try cursor.skipValue()
            }
        }
        if let found { takeElsewhere(found) }
    }

    /// Takes the count that clients look for, but for zeros in place of tokens that were counted elsewhere.
    private mutating func take(_ found: OpenAIUsage) {
        guard found.isReadable else { return uncounted = found.place }
        if let usage, usage.usage.hasTokens, !found.usage.hasTokens {
            nonsense = found.range
        } else {
            usage = found
        }
    }

    /// Takes a count that stands elsewhere, where there is none, or one of zeros.
    private mutating func takeElsewhere(_ found: OpenAIUsage) {
        guard found.isReadable else { return }
        if let usage {
            guard found.usage.hasTokens, !usage.usage.hasTokens else { return }
            if !usage.range.isEmpty { nonsense = usage.range }
        }
        usage = found.withoutRange
    }
}

extension OpenAIUsage {
    /// The same counts, for which nothing is to be written into the bytes.
    fileprivate var withoutRange: OpenAIUsage {
        var copy = self
        copy.forgetRange()
        return copy
    }
}
