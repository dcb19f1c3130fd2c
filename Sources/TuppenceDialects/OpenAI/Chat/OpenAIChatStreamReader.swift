import TuppenceCore

/// Reads the chunks of a streamed answer.
struct OpenAIChatStreamReader: ChatStreamReader {
    private var hasStarted = false
    private var hasEnded = false
    private var id: JSONString?
    private var choices: [OpenAIChatStreamChoice] = []
    /// Where each but the first stands, by its index.
    private var places: [Int: Int] = [:]
    /// What the answer rests on, as the last chunk that tells it has it: each of Perplexity's tells it anew.
    private var sources: RawJSON?
    private var heldBytes = HeldBytes()
    private var hasUsage = false
    /// Whether any tokens have been counted: zeros behind that are no count.
    private var hasTokens = false
    private(set) var keptParts = 0

    init() {}

    mutating func read(_ message: StreamMessage, into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        if message.data.starts(with: Self.done) { return end(&events) }
        do throws(JSONError) {
            try JSONTree.read(answer: message.data) { root in chunk(root, &events) }
        } catch { fail(.unreadable(error), &events) }
    }

    private static let done = Array("[DONE]".utf8)

    mutating func finish(into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        // Some send no [DONE]: a finish says as much.
        if hasStarted, !choices.isEmpty, choices.allSatisfy({ $0.isFinished || $0.isToldWhole && $0.hasContent }) {
            end(&events)
        } else {
            fail(.truncated, &events)
        }
    }

    mutating func takeHeldBytes() -> Int { heldBytes.take() }

    private mutating func end(_ events: inout [StreamEvent]) {
        // A role alone is no answer.
        guard hasUsage || choices.contains(where: { $0.isFinished || $0.hasContent }) else {
            return fail(.truncated, &events)
        }
        for index in choices.indices {
            choices[index].sources = sources
            choices[index].finish(Finish(.stop), &heldBytes, &events)
        }
        hasEnded = true
        events.append(.end)
    }

    private mutating func fail(_ error: ProviderError, _ events: inout [StreamEvent]) {
        hasEnded = true
        events.append(.error(error))
    }

    private mutating func chunk(_ root: JSONValue, _ events: inout [StreamEvent]) {
        if let error = root["error"], !error.isNull {
            return fail(OpenAIChatErrors.error(in: root, status: nil), &events)
        }
        let elements = root["choices"]
        // Mistral's errors, and older vLLM's, have their members at the top.
        if elements == nil, root["object"]?.equals("error") == true {
            return fail(OpenAIChatErrors.error(in: root, status: nil), &events)
        }
        if !hasStarted, elements?.isEmpty == false { start(root, &events) }
        if let found = OpenAIChatSources.find(root) { sources = found.raw }
        for element in elements?.elements ?? JSONValue.noElements(of: root) {
            // OpenRouter's, of a model that failed.
            if let error = element["error"], !error.isNull {
                return fail(OpenAIChatErrors.error(in: element, status: nil), &events)
            }
            let index = element["index"]?.integer ?? 0
            let place = choice(index)
            choices[place].sources = sources
            let calls = choices[place].callCount
            choices[place].read(element, answer: id, &heldBytes, &events)
            keptParts += choices[place].callCount - calls
        }
        usage(root, &events)
    }

    /// Azure's first chunk is hollow, which is why the first with a choice counts.
    private mutating func start(_ root: JSONValue, _ events: inout [StreamEvent]) {
        hasStarted = true
        var start = StreamStart(origin: .openAI)
        start.id = root["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        start.model = root["model"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        start.created = root["created"]?.integer
        start.serviceTier = root["service_tier"]?.string
        start.systemFingerprint = root["system_fingerprint"]?.string
        id = start.id
        events.append(.start(start))
    }

    private mutating func choice(_ index: Int) -> Int {
        if choices.first?.index == index { return 0 }
        if let place = places[index] { return place }
        places[index] = choices.count
        keptParts += 1
        choices.append(OpenAIChatStreamChoice(index: index))
        return choices.count - 1
    }

    private mutating func usage(_ root: JSONValue, _ events: inout [StreamEvent]) {
        var usage = root["usage"].flatMap { OpenAIChatAnswerReader.usage($0, root) }
        if usage?.usage.hasTokens != true {
            // Groq's streams count there, whether asked or not, and Moonshot's in a choice. Zeros stand for none of that.
            let choice = root["choices"]?.elements.first(where: { $0["usage"] != nil })
            let elsewhere = (root["x_groq"]?["usage"] ?? choice?["usage"])
                .flatMap { OpenAIChatAnswerReader.usage($0, root) }
            if usage == nil || elsewhere?.usage.hasTokens == true { usage = elsewhere }
        }
        guard let usage, usage.usage.hasTokens || !hasTokens else { return }
        hasTokens = usage.usage.hasTokens
        if !hasStarted { start(root, &events) }
        hasUsage = true
        events.append(.usage(usage))
    }
}

extension JSONValue {
    /// For loops over what may not be there.
    static func noElements(of value: JSONValue) -> Elements { Elements(tree: value.tree, at: 0, end: 0) }
}
