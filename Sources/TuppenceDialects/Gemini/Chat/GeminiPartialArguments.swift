/// Arguments of a call that come piece by piece, each with its place: Vertex streams them so if asked
/// (https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc, read 2026-11).
struct GeminiPartialArguments: Sendable {
    private indirect enum Node: Sendable {
        case object([(name: JSONString, node: Node)])
        case array([Node])
        case string(JSONString)
        case value(RawJSON)
    }

    private enum Step {
        case name(JSONString)
        case index(Int)
    }

    /// More than any call has; what lies beyond is left out.
    private static let maximumIndex = 4_096
    private static let maximumDepth = 64

    private var root = Node.object([])
    /// How many more members and elements there may be: a path of a few bytes makes thousands.
    private var room = 1 << 16

    /// Whole arguments, as a call may begin with.
    mutating func begin(with value: JSONValue) {
        guard value.kind == .object else { return }
        root = .object(value.members.map { ($0.key, .value($0.value.raw)) })
    }

    /// Takes one element of `partialArgs`.
    mutating func add(_ piece: JSONValue) {
        guard let path = piece["jsonPath"]?.string.flatMap(Self.steps) else { return }
        let value: Node
        if let text = piece["stringValue"]?.string {
            value = .string(text)
        } else if let number = piece["numberValue"]?.number {
            value = .value(number)
        } else if let flag = piece["boolValue"]?.bool {
            value = .value(RawJSON(flag))
        } else if piece["nullValue"] != nil {
            value = .value(RawJSON { $0.null() })
        } else {
            return
        }
        Self.set(value, at: path[...], in: &root, &room)
    }

    /// All that has come, as JSON text.
    var text: JSONString {
        var json = JSONWriter()
        Self.write(root, &json)
        return JSONString(utf8: json.bytes[...])
    }

    private static func write(_ node: Node, _ json: inout JSONWriter) {
        switch node {
        case .object(let members):
            json.object { json in
                for member in members {
                    json.name(key: member.name)
                    write(member.node, &json)
                }
            }
        case .array(let elements): json.array { json in for element in elements { write(element, &json) } }
        case .string(let text): json.value(text)
        case .value(let raw): json.value(raw)
        }
    }

    private static func set(_ value: Node, at path: ArraySlice<Step>, in node: inout Node, _ room: inout Int) {
        guard let step = path.first else {
            // Texts come in pieces.
            if case .string(let piece) = value, case .string(let text) = node {
                node = .string(text + piece)
            } else {
                node = value
            }
            return
        }
        switch step {
        case .name(let name):
            var members: [(name: JSONString, node: Node)] = []
            if case .object(let known) = node { members = known }
            let index = members.firstIndex { $0.name == name } ?? members.count
            if index == members.count {
                guard room > 0 else { return }
                room -= 1
                members.append((name, empty(path.dropFirst())))
            }
            set(value, at: path.dropFirst(), in: &members[index].node, &room)
            node = .object(members)
        case .index(let index):
            var elements: [Node] = []
            if case .array(let known) = node { elements = known }
            let lacking = max(0, index + 1 - elements.count)
            guard lacking <= room else { return }
            room -= lacking
            while elements.count < index { elements.append(.value(RawJSON { $0.null() })) }
            if elements.count == index { elements.append(empty(path.dropFirst())) }
            set(value, at: path.dropFirst(), in: &elements[index], &room)
            node = .array(elements)
        }
    }

    private static func empty(_ path: ArraySlice<Step>) -> Node {
        switch path.first {
        case .name: .object([])
        case .index: .array([])
        case nil: .string("")
        }
    }

    /// `$.recipe.steps[0]`, `$['a name']`.
    private static func steps(_ path: JSONString) -> [Step]? {
        var text = path.utf8
        guard text.popFirst() == UInt8(ascii: "$") else { return nil }
        var steps: [Step] = []
        while let byte = text.popFirst() {
            guard steps.count < maximumDepth else { return nil }
            if byte == UInt8(ascii: ".") {
                let name = text.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
                guard !name.isEmpty else { return nil }
                steps.append(.name(JSONString(utf8: name)))
                text = text.dropFirst(name.count)
            } else if byte == UInt8(ascii: "["), let end = closing(text) {
                let inside = text[..<end]
                text = text[(end + 1)...]
                if let quote = inside.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
                    guard inside.count > 1 else { return nil }
                    steps.append(.name(JSONString(utf8: inside.dropFirst().dropLast())))
                } else {
                    guard let index = Int(String(decoding: inside, as: UTF8.self)), (0...maximumIndex).contains(index)
                    else {
                        return nil
                    }
                    steps.append(.index(index))
                }
            } else {
                return nil
            }
        }
        return steps.isEmpty ? nil : steps
    }

    /// The bracket that ends what has been opened; one in quotes is none.
    private static func closing(_ text: ArraySlice<UInt8>) -> Int? {
        guard let quote = text.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            return text.firstIndex(of: UInt8(ascii: "]"))
        }
        let behind = text.dropFirst()
        guard let end = behind.firstIndex(of: quote), end + 1 < text.endIndex, text[end + 1] == UInt8(ascii: "]") else {
            return nil
        }
        return end + 1
    }
}
