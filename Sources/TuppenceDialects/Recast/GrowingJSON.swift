/// A value that is put together from pieces. (A class, so that what grows is not copied for each piece.)
final class GrowingJSON {
    private enum Form {
        case text, object, array
        case other(RawJSON)
    }

    private var form = Form.object
    /// By itself, as a form that held it would have to be taken apart to look at it, and it be copied to go on.
    private var grown = JSONStringBuilder()
    private var members: [(name: JSONString, value: GrowingJSON)] = []
    private(set) var elements: [GrowingJSON] = []
    /// Where a member is by its name, and an element by the `index` that it has: the last of them.
    private var places: [JSONString: Int] = [:]

    /// An object with nothing in it.
    init() {}

    init(_ value: JSONValue) { become(value) }

    init(_ raw: RawJSON) { form = .other(raw) }

    init(_ text: JSONString) { append(text) }

    init(array elements: [GrowingJSON]) {
        form = .array
        for element in elements { append(element) }
    }

    private func become(_ value: JSONValue) {
        (members, elements, places) = ([], [], [:])
        switch value.kind {
        case .object:
            form = .object
            for member in value.members { set(member.key, GrowingJSON(member.value)) }
        case .array:
            form = .array
            for element in value.elements { append(GrowingJSON(element)) }
        case .string: begin(value.string ?? "")
        default: form = .other(value.raw)
        }
    }

    // MARK: Reading

    subscript(_ name: JSONString) -> GrowingJSON? { isObject ? places[name].map { members[$0].value } : nil }

    var isObject: Bool { if case .object = form { true } else { false } }

    var isText: Bool { if case .text = form { true } else { false } }

    var text: JSONString? { isText ? grown.string : nil }

    /// What it has come to.
    var raw: RawJSON { RawJSON { self.write(into: &$0) } }

    private func write(into json: inout JSONWriter) {
        switch form {
        case .text: json.value(grown.string)
        case .other(let raw): json.value(raw)
        case .array: json.array { json in for element in elements { element.write(into: &json) } }
        case .object:
            json.object { json in
                for member in members {
                    json.name(key: member.name)
                    member.value.write(into: &json)
                }
            }
        }
    }

    // MARK: Members and elements

    /// Says a member, anew if it has been said. (Of an object.)
    func set(_ name: JSONString, _ value: GrowingJSON) {
        if let place = places[name] {
            members[place].value = value
        } else {
            places[name] = members.count
            members.append((name, value))
        }
    }

    /// The same. What says nothing stands in the place of nothing that has been said.
    func set(_ name: JSONString, _ value: JSONValue) {
        if value.isNull, places[name] != nil { return }
        set(name, GrowingJSON(value))
    }

    /// The same of an object with what was used, which stands until the next one that can be read.
    ///
    /// - Parameter reader: of the dialect that it is in.
    func set(usage name: JSONString, _ value: JSONValue, _ reader: some UsageReader) {
        if places[name] != nil, UsageReport(reader, value, model: nil) == nil { return }
        set(name, value)
    }

    func remove(_ name: JSONString) {
        guard let place = places[name] else { return }
        members.remove(at: place)
        places = [:]
        for (place, member) in members.enumerated() { places[member.name] = place }
    }

    /// (Of an array.)
    func append(_ element: GrowingJSON) {
        if let index = element["index"]?.raw {
            places[JSONString(escaped: index.bytes, isEscaped: false)] = elements.count
        }
        elements.append(element)
    }

    // MARK: Pieces

    /// Goes on with the text, which begins here where there was none.
    func append(_ piece: JSONString) {
        guard isText else { return begin(piece) }
        grown.append(piece)
    }

    private func begin(_ text: JSONString) {
        form = .text
        grown = JSONStringBuilder()
        grown.append(text)
    }

    /// Takes in a member of a piece.
    func grow(_ piece: JSONValue.Member) {
        let key = piece.key
        if let known = self[key] { return known.grow(by: piece.value, called: piece.name) }
        // Of a list every element is looked at: it may hold several pieces of one.
        let begun = piece.value.kind == .array ? GrowingJSON(array: []) : GrowingJSON(piece.value)
        set(key, begun)
        if piece.value.kind == .array { begun.grow(by: piece.value, called: piece.name) }
    }

    /// Takes in a piece as clients of OpenAI's chats do: text goes on, objects and lists member by member and element by
    /// element, and the rest is said anew.
    ///
    /// - Parameter name: what the member is called that it is of.
    private func grow(by piece: JSONValue, called name: JSONText) {
        switch (form, piece.kind) {
        case (_, .null): return
        case (.text, .string): grow(by: piece.string ?? "", called: name)
        case (.object, .object):
            for member in piece.members { grow(member) }
        case (.array, .array):
            for element in piece.elements { grow(by: element, of: name) }
        // Some begin with thoughts in parts, and go on with plain text.
        case (.array, .string): grow(byText: piece.string ?? "")
        case (.text, .array) where !grown.isEmpty:
            form = .array
            elements = [Self.part(grown.string)]
            for element in piece.elements { grow(by: element, of: name) }
        default: become(piece)
        }
    }

    private func grow(by piece: JSONString, called name: JSONText) {
        switch name {
        // Said once, or over and over.
        case "id", "type", "role", "index", "format", "object", "status", "mime_type", "url", "signature":
            if !piece.isEmpty { begin(piece) }
        // Some say all of it every time.
        case "name": if text != piece { append(piece) }
        default: append(piece)
        }
    }

    private func grow(byText piece: JSONString) {
        guard !piece.isEmpty else { return }
        if elements.last?["type"]?.text == "text", let text = elements.last?["text"] { return text.append(piece) }
        append(Self.part(piece))
    }

    private static func part(_ text: JSONString) -> GrowingJSON {
        let part = GrowingJSON()
        part.set("type", GrowingJSON(JSONString("text")))
        part.set("text", GrowingJSON(text))
        return part
    }

    private func grow(by piece: JSONValue, of list: JSONText) {
        guard piece.kind == .object, let element = element(for: piece, list) else { return append(GrowingJSON(piece)) }
        for member in piece.members { element.grow(member) }
    }

    /// The element that a piece of one goes on with.
    private func element(for piece: JSONValue, _ list: JSONText) -> GrowingJSON? {
        let id = piece["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        func isOther(_ known: GrowingJSON) -> Bool {
            guard let id, let other = known["id"]?.text, !other.isEmpty else { return false }
            return id != other
        }
        let hasName = piece["function"]?["name"]?.text?.isEmpty == false
        if let index = piece["index"], !index.isNull {
            guard let place = places[JSONString(escaped: index.raw.bytes, isEscaped: false)] else { return nil }
            // Some give several calls the same one.
            return hasName && isOther(elements[place]) ? nil : elements[place]
        }
        guard list.equals("tool_calls"), let last = elements.last, !isOther(last) else { return nil }
        // A name by itself begins a call.
        return id == nil && hasName ? nil : last
    }
}
