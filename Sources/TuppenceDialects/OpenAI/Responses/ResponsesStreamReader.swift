import TuppenceCore

/// Reads the events of a streamed answer.
///
/// Items are told apart by their place in the output, the parts of one by their place in it. Parts open with their first
/// delta or when they are announced, whichever comes. What hosts leave out is taken from what says the whole: the end of
/// the part, of the item, or of the answer.
struct ResponsesStreamReader: ChatStreamReader {
    private var hasStarted = false
    private var hasEnded = false
    private var nextBlock = 0
    private var callsTools = false
    private var id: JSONString?
    private var items: [Item] = []
    /// Where the last item of each index is.
    private var places: [Int: Int] = [:]
    private var largestIndex = -1
    private var heldBytes = HeldBytes()
    private(set) var searches = 0
    /// How many of text have been told.
    private var characters = 0

    private struct Item {
        let index: Int
        let type: Kind
        var id: JSONString?
        var parts: [Part] = []
        /// Where the last part of each kind and index is.
        var places: [PartKey: Int] = [:]
        var largestPart = -1
        var held: ResponsesHeldCall?
        var hasEnded = false

        enum Kind: Hashable { case message, reasoning, call, native }

        mutating func add(_ part: Part) {
            places[PartKey(kind: part.kind, index: part.index)] = parts.count
            largestPart = max(largestPart, part.index)
            parts.append(part)
        }

        func part(_ kind: PartKind, _ index: Int) -> Int? { places[PartKey(kind: kind, index: index)] }

        /// An index that no part has: `index`, if it can be.
        func free(_ index: Int) -> Int {
            PartKind.allCases.contains { part($0, index) != nil } ? largestPart + 1 : index
        }
    }

    private struct Part {
        var index: Int
        let kind: PartKind
        var block: Int
        var isOpen = true
        var told = ToldText()
        var citations = 0
        /// How many characters of text came before it.
        let start: Int
    }

    private enum PartKind: Hashable, CaseIterable { case text, refusal, thinking, call, native }

    private struct PartKey: Hashable {
        let kind: PartKind
        let index: Int
    }

    /// What the whole answer may know an item by.
    private enum ItemMark: Hashable {
        case id(Item.Kind, JSONString)
        case index(Item.Kind, Int)
        case strayed(Item.Kind)
    }

    /// What a whole message may know a part by.
    private enum PartMark: Hashable {
        case any(PartKind)
        case index(PartKind, Int)
        case said(PartKind, ToldText)
    }

    init() {}

    mutating func read(_ message: StreamMessage, into events: inout [StreamEvent]) {
        // Some say [DONE], behind the event that ends the answer or in place of it.
        guard !hasEnded, !message.data.starts(with: Self.done) else { return }
        do throws(JSONError) {
            try JSONTree.read(answer: message.data) { (root) throws(JSONError) in
                guard let type = root["type"]?.text else { throw JSONError(root.offset, "the event has no type") }
                event(type, root, &events)
            }
        } catch { fail(.unreadable(error), &events) }
    }

    private static let done = Array("[DONE]".utf8)

    mutating func finish(into events: inout [StreamEvent]) { if !hasEnded { fail(.truncated, &events) } }

    mutating func takeHeldBytes() -> Int { heldBytes.take() }

    var keptParts: Int { items.count }

    private mutating func fail(_ error: ProviderError, _ events: inout [StreamEvent]) {
        hasEnded = true
        events.append(.error(error))
    }

    private mutating func event(_ type: JSONText, _ root: JSONValue, _ events: inout [StreamEvent]) {
        let index = Self.index(root["output_index"])
        switch type {
        case "response.output_text.delta":
            add(root, .text, index, Self.index(root["content_index"]), &events)
            if let logprobs = root["logprobs"], !logprobs.isEmpty, logprobs.kind == .array {
                events.append(
                    .logprobs(choice: 0, RawJSON { json in json.object { $0.member("content", logprobs.raw) } }))
            }
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
            arguments(root, index, &events)
        case "response.function_call_arguments.done", "response.custom_tool_call_input.done":
            if let place = self.place(index), items[place].type == .call { rest(ofCall: root, place, &events) }
        case "response.reasoning_summary_text.delta":
            thought(root, index, Self.index(root["summary_index"]), &events)
        case "response.reasoning_text.delta": thought(root, index, Self.index(root["content_index"]), &events)
        case "response.refusal.delta": add(root, .refusal, index, Self.index(root["content_index"]), &events)
        case "response.output_text.annotation.added":
            guard let annotation = root["annotation"] else { return }
            let (place, part) = self.part(.text, index, Self.index(root["content_index"]), &events)
            cite(ResponsesAnnotations.citation(annotation), place, part, &events)
        case "response.output_item.added": if let item = root["item"] { begin(item, index, &events) }
        case "response.content_part.added": if let part = root["part"] { announce(part, index, root, &events) }
        case "response.output_text.done", "response.refusal.done":
            let text = root["text"]?.string.map { Block.text($0) }
            let block = text ?? root["refusal"]?.string.map { Block.refusal($0) }
            if let block { rest(of: block, index, Self.index(root["content_index"]), &events) }
        case "response.content_part.done":
            let part = Self.index(root["content_index"])
            if let whole = root["part"] { rest(of: ResponsesParts.block(whole), index, part, &events) }
            close(index, part, &events)
        case "response.output_item.done":
            searches += ResponsesSearches.isSearch(root["item"]) ? 1 : 0
            if let item = root["item"] { end(item, index, &events) }
        case "response.created", "response.in_progress", "response.queued": start(root["response"], &events)
        case "response.completed", "response.incomplete", "response.failed":
            if let response = root["response"] { end(response, &events) } else { fail(.truncated, &events) }
        case "error": fail(ProviderError(status: nil, shape: ErrorShape(root)), &events)
        default: break  // What its own tools do on the way, or a kind of event that came later than this code.
        }
    }

    /// Where the stream says that something is, as far as such a place can be.
    private static func index(_ value: JSONValue?) -> Int { min(max(value?.integer ?? 0, 0), 1 << 32) }

    // MARK: The answer

    private mutating func start(_ response: JSONValue?, _ events: inout [StreamEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        var start = StreamStart(origin: .responses)
        start.id = response?["id"]?.string
        id = start.id
        start.model = response?["model"]?.string
        start.created = response?["created_at"]?.integer
        start.serviceTier = response?["service_tier"]?.string
        events.append(.start(start))
    }

    private mutating func end(_ response: JSONValue, _ events: inout [StreamEvent]) {
        if let error = response["error"], error.kind == .object {
            return fail(ProviderError(status: nil, shape: ErrorShape(error)), &events)
        }
        start(response, &events)
        if let output = response["output"] { rest(of: output, &events) }
        searches = max(searches, response["output"].map { ResponsesSearches.count($0) } ?? 0)
        for item in items.indices { close(item: item, &events) }
        if let usage = response["usage"], let report = ResponsesAnswerReader.usage(usage, response, searches) {
            events.append(.usage(report))
        }
        events.append(.finish(choice: 0, ResponsesFinish.finish(response, callsTools: callsTools) ?? Finish(.stop)))
        events.append(.end)
        hasEnded = true
    }

    /// Ends the items that no event has ended, and tells of those that none has told of.
    private mutating func rest(of output: JSONValue, _ events: inout [StreamEvent]) {
        let kinds = output.elements.map { Self.kind(of: $0) }
        // One host gives its items other ids each time. Where the places are others, it is the order that counts.
        var heard = HeardPlaces<ItemMark>(count: items.count) { place in
            let (type, index) = (items[place].type, items[place].index)
            var marks = [ItemMark.index(type, index)]
            if let id = items[place].id { marks.append(.id(type, id)) }
            if !kinds.indices.contains(index) || kinds[index] != type { marks.append(.strayed(type)) }
            return marks
        }
        for (position, item) in output.elements.enumerated() {
            guard let kind = kinds[position] else { continue }
            let named = item["id"]?.string.flatMap { heard.first(.id(kind, $0)) }
            if let known = named ?? heard.first(.index(kind, position)) ?? heard.first(.strayed(kind)) {
                heard.take(known)
                end(item, at: known, &events)
            } else {
                end(item, places[position] == nil ? position : largestIndex + 1, &events)
            }
        }
    }

    // MARK: Items

    private func place(_ index: Int) -> Int? { places[index] }

    private mutating func add(_ item: Item) -> Int {
        places[item.index] = items.count
        largestIndex = max(largestIndex, item.index)
        items.append(item)
        return items.count - 1
    }

    /// What an item is; nil for what was asked, which some hosts repeat.
    private static func kind(of item: JSONValue) -> Item.Kind? {
        switch item["type"]?.text {
        case .some(let type) where type.equals("message"):
            return item["role"]?.equals("assistant") == false ? nil : .message
        case .some(let type) where type.equals("reasoning"): return .reasoning
        case .some(let type)
        where type.equals("function_call") || type.equals("custom_tool_call") && !ResponsesItems.isProviders(item):
            return .call
        default: return .native
        }
    }

    private mutating func begin(_ item: JSONValue, _ index: Int, _ events: inout [StreamEvent]) {
        start(nil, &events)
        guard let kind = Self.kind(of: item) else { return }
        if let known = self.place(index) {
            // Another item in the place of one that is over.
            guard items[known].hasEnded, items[known].type != kind else { return identify(known, item, &events) }
        }
        let place = add(Item(index: index, type: kind, id: item["id"]?.string))
        switch kind {
        // Thoughts that say nothing, and of which there is no cipher, are none.
        case .message, .reasoning: break
        case .call:
            callsTools = true
            items[place].held = ResponsesHeldCall()
            identify(place, item, &events)
        case .native:
            let native = NativeBlock(type: item["type"]?.string ?? "", json: item.raw)
            open(.native, 0, place, .native(native), &events)
        }
    }

    /// Begins a call as soon as its name has come: a caller's client takes it from the beginning of the block.
    ///
    /// - Parameter item: what may say it; nil where nothing will any more.
    private mutating func identify(_ place: Int, _ item: JSONValue?, _ events: inout [StreamEvent]) {
        guard var held = items[place].held else { return }
        held.id = held.id ?? (item?["call_id"] ?? item?["id"])?.string
        if item?["type"]?.equals("custom_tool_call") == true { held.isCustom = true }
        let name = item?["name"]?.string ?? ""
        guard item == nil || !name.isEmpty else { return items[place].held = held }
        items[place].held = nil
        let id = held.id ?? ToolCall.synthetic(items[place].index, answer: self.id)
        open(.call, 0, place, .toolCall(id: id, name: name, isCustom: held.isCustom), &events)
        guard !held.arguments.isEmpty else { return }
        heldBytes.remove(held.arguments.count)
        tell(held.arguments.string, place, items[place].parts.count - 1, &events)
    }

    /// Keeps arguments for a call that has not begun. One that has too many begins without its name.
    private mutating func hold(_ text: JSONString, _ place: Int, _ events: inout [StreamEvent]) {
        items[place].held?.arguments.append(text)
        heldBytes.add(text.escaped.count)
        if let held = items[place].held, held.arguments.count > HeldBytes.limit { identify(place, nil, &events) }
    }

    /// What the item has that its events did not say, and the end of it.
    private mutating func end(_ item: JSONValue, _ index: Int, _ events: inout [StreamEvent]) {
        begin(item, index, &events)
        if let place = self.place(index) { end(item, at: place, &events) }
    }

    private mutating func end(_ item: JSONValue, at place: Int, _ events: inout [StreamEvent]) {
        guard !items[place].hasEnded else { return }
        items[place].hasEnded = true
        switch items[place].type {
        case .call: rest(ofCall: item, place, &events)
        case .reasoning: rest(ofThoughts: item, place, &events)
        case .message: rest(ofMessage: item, place, &events)
        case .native: break
        }
        close(item: place, &events)
    }

    private mutating func rest(ofCall item: JSONValue, _ place: Int, _ events: inout [StreamEvent]) {
        identify(place, item, &events)
        guard let whole = (item["arguments"] ?? item["input"])?.string, !whole.isEmpty else { return }
        if let held = items[place].held {
            // All there is of them: the name comes next, or never.
            if held.arguments.isEmpty {
                items[place].held?.arguments.append(whole)
                heldBytes.add(whole.escaped.count)
            }
        } else if let part = openCall(place), let rest = items[place].parts[part].told.rest(of: whole) {
            tell(rest, place, part, &events)
        }
    }

    private func openCall(_ place: Int) -> Int? { items[place].parts.firstIndex { $0.kind == .call && $0.isOpen } }

    private mutating func rest(ofThoughts item: JSONValue, _ place: Int, _ events: inout [StreamEvent]) {
        let thinking = ResponsesReasoning.thinking(item)
        if !items[place].parts.contains(where: { $0.kind == .thinking }) {
            guard thinking.text?.isEmpty == false || thinking.encrypted != nil || thinking.signature != nil else {
                return
            }
            var start = Thinking(format: thinking.format)
            start.id = thinking.id
            start.isSummary = thinking.isSummary
            open(.thinking, 0, place, .thinking(start), &events)
        }
        guard let last = items[place].parts.lastIndex(where: { $0.kind == .thinking }) else { return }
        let part = items[place].parts[last]
        guard part.isOpen else { return }
        if let text = thinking.text, let rest = part.told.rest(of: text) { tell(rest, place, last, &events) }
        let at = StreamEvent.Place(0, part.block)
        if let signature = thinking.signature { events.append(.delta(at, .signature(signature))) }
        if let cipher = thinking.encrypted { events.append(.delta(at, .encrypted(cipher))) }
    }

    private mutating func rest(ofMessage item: JSONValue, _ place: Int, _ events: inout [StreamEvent]) {
        let blocks = ResponsesItems.blocks(ofMessage: item)
        let parts = items[place].parts
        var heard = HeardPlaces<PartMark>(count: parts.count) { part in
            let (kind, told) = (parts[part].kind, parts[part].told)
            let marks = [PartMark.any(kind), .index(kind, parts[part].index)]
            return told.isEmpty ? marks : marks + [.said(kind, told)]
        }
        var left = Dictionary(grouping: parts, by: \.kind).mapValues(\.count)
        let counts = Set(parts.map(\.told.count)).subtracting([0]).sorted()
        for (position, block) in blocks.enumerated() {
            guard let (kind, text) = Self.text(of: block) else { continue }
            var known = heard.first(.index(kind, position))
            if known.map({ parts[$0].told.begins(text) }) != true {
                // Some hosts count parts otherwise than their items do: then they are known by what they say.
                let said = ToldText.beginnings(of: text, counts).compactMap { heard.first(.said(kind, $0)) }.min()
                let isLeft = left[kind, default: 0] >= blocks.count - position
                known = said ?? known ?? (isLeft ? heard.first(.any(kind)) : nil)
            }
            if let known {
                heard.take(known)
                left[kind, default: 0] -= 1
            }
            let index = known.map { parts[$0].index } ?? items[place].free(position)
            rest(of: block, items[place].index, index, &events)
        }
    }

    private mutating func close(item place: Int, _ events: inout [StreamEvent]) {
        identify(place, nil, &events)
        for part in items[place].parts.indices where items[place].parts[part].isOpen {
            items[place].parts[part].isOpen = false
            events.append(.blockEnd(.init(0, items[place].parts[part].block)))
        }
    }

    // MARK: Parts

    private mutating func open(
        _ kind: PartKind, _ index: Int, _ place: Int, _ start: StreamEvent.BlockStart, _ events: inout [StreamEvent]
    ) {
        items[place].add(Part(index: index, kind: kind, block: nextBlock, start: characters))
        events.append(.blockStart(.init(0, nextBlock), start))
        nextBlock += 1
    }

    /// The part that a text or a refusal goes to, which opens with the first of it if nothing announced it.
    ///
    /// - Returns: the places of its item and in that.
    private mutating func part(
        _ kind: PartKind, _ item: Int, _ index: Int, _ events: inout [StreamEvent]
    ) -> (place: Int, part: Int) {
        start(nil, &events)
        let place = self.place(item) ?? add(Item(index: item, type: .message))
        let opening: StreamEvent.BlockStart = kind == .refusal ? .refusal : .text
        guard let known = items[place].part(kind, index) else {
            open(kind, index, place, opening, &events)
            return (place, items[place].parts.count - 1)
        }
        if !items[place].parts[known].isOpen {
            // It goes on behind its end, in another block.
            items[place].parts[known].isOpen = true
            items[place].parts[known].block = nextBlock
            events.append(.blockStart(.init(0, nextBlock), opening))
            nextBlock += 1
        }
        return (place, known)
    }

    private mutating func announce(
        _ part: JSONValue, _ item: Int, _ root: JSONValue, _ events: inout [StreamEvent]
    ) {
        let index = Self.index(root["content_index"])
        switch part["type"]?.text {
        case .some(let type) where type.equals("output_text"): _ = self.part(.text, item, index, &events)
        case .some(let type) where type.equals("refusal"): _ = self.part(.refusal, item, index, &events)
        default: break  // Thoughts open with the first of them.
        }
    }

    private mutating func close(_ item: Int, _ index: Int, _ events: inout [StreamEvent]) {
        guard let place = self.place(item), items[place].type == .message,
            let part = [PartKind.text, .refusal].compactMap({ items[place].part($0, index) })
                .filter({ items[place].parts[$0].isOpen }).min()
        else { return }
        items[place].parts[part].isOpen = false
        events.append(.blockEnd(.init(0, items[place].parts[part].block)))
    }

    private static func text(of block: Block) -> (kind: PartKind, text: JSONString)? {
        switch block {
        case .text(let text): (.text, text.text)
        case .refusal(let text): (.refusal, text)
        case .media, .toolCall, .toolResult, .thinking, .native: nil
        }
    }

    /// Tells what a part has that its events have not told.
    private mutating func rest(of block: Block, _ item: Int, _ index: Int, _ events: inout [StreamEvent]) {
        guard let (kind, whole) = Self.text(of: block) else { return }
        let known = self.place(item).flatMap { place in
            items[place].part(kind, index).map { items[place].parts[$0] }
        }
        let rest = (known?.told ?? ToldText()).rest(of: whole)
        guard rest != nil || known?.isOpen == true else { return }
        let (place, part) = self.part(kind, item, index, &events)
        if let rest { tell(rest, place, part, &events) }
        guard case .text(let text) = block else { return }
        for citation in text.citations.dropFirst(items[place].parts[part].citations) {
            cite(citation, place, part, &events)
        }
    }

    private mutating func tell(_ text: JSONString, _ place: Int, _ part: Int, _ events: inout [StreamEvent]) {
        items[place].parts[part].told.add(text)
        let (block, kind) = (items[place].parts[part].block, items[place].parts[part].kind)
        if kind == .text { characters += text.characterCount }
        events.append(.delta(.init(0, block), kind == .call ? .arguments(text) : .text(text)))
    }

    private mutating func cite(_ citation: Citation, _ place: Int, _ part: Int, _ events: inout [StreamEvent]) {
        items[place].parts[part].citations += 1
        let (block, start) = (items[place].parts[part].block, items[place].parts[part].start)
        events.append(.delta(.init(0, block), .citation(citation.moved(by: start))))
    }

    private mutating func add(
        _ root: JSONValue, _ kind: PartKind, _ item: Int, _ index: Int, _ events: inout [StreamEvent]
    ) {
        guard let text = root["delta"]?.string, !text.isEmpty else { return }
        let (place, part) = self.part(kind, item, index, &events)
        tell(text, place, part, &events)
    }

    private mutating func arguments(_ root: JSONValue, _ item: Int, _ events: inout [StreamEvent]) {
        guard let text = root["delta"]?.string, !text.isEmpty else { return }
        start(nil, &events)
        if self.place(item) == nil { callsTools = true }
        let place = self.place(item) ?? add(Item(index: item, type: .call, held: ResponsesHeldCall()))
        // Deltas of a tool of the provider's own are its own affair.
        guard items[place].type == .call else { return }
        if items[place].held != nil {
            hold(text, place, &events)
        } else if let part = openCall(place) {
            tell(text, place, part, &events)
        }
    }

    /// All thoughts of an item are one block, as in whole answers.
    private mutating func thought(_ root: JSONValue, _ item: Int, _ index: Int, _ events: inout [StreamEvent]) {
        guard let text = root["delta"]?.string, !text.isEmpty else { return }
        let known = self.place(item)
        if let known, let last = items[known].parts.indices.last, items[known].parts[last].isOpen,
            items[known].parts[last].kind == .thinking
        {
            if items[known].parts[last].index != index {
                items[known].parts[last].index = index
                tell(ResponsesReasoning.separator, known, last, &events)
            }
            return tell(text, known, last, &events)
        }
        var start = Thinking(format: .responses)
        start.id = known.flatMap { items[$0].id }
        start.isSummary = root["type"]?.equals("response.reasoning_summary_text.delta") == true
        self.start(nil, &events)
        let place = known ?? add(Item(index: item, type: .reasoning))
        open(.thinking, index, place, .thinking(start), &events)
        tell(text, place, items[place].parts.count - 1, &events)
    }
}
