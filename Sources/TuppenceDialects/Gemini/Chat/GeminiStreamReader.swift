import TuppenceCore

/// Reads the chunks of a streamed answer, each of which is an answer with what is new.
///
/// The dialect has no message for the end, and a finish may be followed by more: so finishes wait until the body has ended.
struct GeminiStreamReader: ChatStreamReader {
    private var hasStarted = false
    private var hasEnded = false
    private var model: JSONString?
    private var parts = GeminiPartReader()
    private var choices: [GeminiStreamChoice] = []
    /// Where each but the first stands, by its index.
    private var places: [Int: Int] = [:]
    /// The last counts: they grow, and the last ones hold.
    private var counts = GeminiUsageReader()
    private var hasCounts = false
    /// Whether content has come since.
    private var isOutdated = false
    private var queries = GeminiSearches()
    /// Why there is no answer.
    private var blocked: Finish?

    init() {}

    var searches: Int { queries.count }
    var keptParts: Int { choices.count + queries.kept }
    var awaitsEnd: Bool { !choices.isEmpty && choices.allSatisfy(\.isFinished) }

    mutating func read(_ message: StreamMessage, into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        do throws(JSONError) {
            try JSONTree.read(answer: message.data) { root in
                for chunk in root.listed { read(chunk, into: &events) }
            }
        } catch { fail(.unreadable(error), &events) }
    }

    mutating func finish(into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        let isComplete = choices.isEmpty ? blocked != nil : choices.allSatisfy(\.isFinished)
        guard hasStarted, isComplete else { return fail(.truncated, &events) }
        hasEnded = true
        if choices.isEmpty, let blocked { events.append(.finish(choice: 0, blocked)) }
        for index in choices.indices { choices[index].end(&events) }
        if let usage { events.append(.usage(usage)) }
        events.append(.end)
    }

    /// What has been counted is known even so.
    private mutating func fail(_ error: ProviderError, _ events: inout [StreamEvent]) {
        hasEnded = true
        if hasStarted, let usage { events.append(.usage(usage)) }
        events.append(.error(error))
    }

    private var usage: UsageReport? {
        guard hasCounts else { return nil }
        var usage = counts.report
        usage.usage.search = queries.count
        usage.model = model?.decoded
        // Told once more, they know no more of the answer than they did.
        if isOutdated { usage.output = .missing }
        return usage
    }

    /// - Returns: whether there are counts in it: chunks on the way may have a metadata object without any.
    private mutating func count(_ metadata: JSONValue) -> Bool {
        guard metadata.kind == .object else { return false }
        do throws(JSONError) {
            let next = try metadata.withBytes { (bytes) throws(JSONError) -> GeminiUsage in
                var cursor = JSONCursor(bytes)
                return try GeminiUsage(&cursor)
            }
            return counts.take(next)
        } catch { return false }  // What cannot be read counts nothing.
    }

    mutating func read(_ chunk: JSONValue, into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        if let error = chunk["error"], !error.isNull {
            return fail(GeminiErrors.error(in: chunk, status: nil), &events)
        }
        let before = events.count
        let isCounted = chunk["usageMetadata"].map { count($0) } ?? false
        if isCounted { (hasCounts, isOutdated) = (true, false) }
        if !hasStarted { start(chunk, &events) }
        for candidate in chunk["candidates"]?.elements ?? JSONValue.noElements(of: chunk) {
            let place = choice(candidate["index"]?.integer ?? 0)
            choices[place].read(candidate, &parts, &events)
            if let metadata = candidate["groundingMetadata"] { queries.add(metadata) }
        }
        if !isCounted, hasCounts, events[before...].contains(where: { $0.contentBytes > 0 }) { isOutdated = true }
        if let feedback = chunk["promptFeedback"], let reason = GeminiAnswerReader.blockReason(feedback) {
            block(reason, feedback["blockReasonMessage"]?.string, &events)
        }
    }

    private mutating func start(_ chunk: JSONValue, _ events: inout [StreamEvent]) {
        hasStarted = true
        var start = StreamStart(origin: .gemini)
        start.id = chunk["responseId"]?.string
        start.model = chunk["modelVersion"]?.string
        model = start.model
        if let model = chunk["modelVersion"]?.text { queries.take(model: model) }
        start.usage = usage
        parts.answer = start.id
        events.append(.start(start))
    }

    private mutating func choice(_ index: Int) -> Int {
        if choices.first?.index == index { return 0 }
        if let place = places[index] { return place }
        places[index] = choices.count
        choices.append(GeminiStreamChoice(index: index))
        return choices.count - 1
    }

    private mutating func block(_ reason: Finish, _ words: JSONString?, _ events: inout [StreamEvent]) {
        guard blocked == nil else { return }
        blocked = reason
        guard choices.isEmpty, let words else { return }
        let place = StreamEvent.Place(0, 0)
        events.append(.blockStart(place, .refusal))
        events.append(.delta(place, .text(words)))
        events.append(.blockEnd(place))
    }
}
