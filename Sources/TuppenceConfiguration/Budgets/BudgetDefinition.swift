import TuppenceCore
import TuppenceDialects

/// A budget that is made while the gateway runs, as somebody writes it: with the fields that one in the file has, in JSON.
public struct BudgetDefinition: Hashable, Sendable {
    /// A value as JSON has it. A number is the text that it is written as: no amount is rounded on its way.
    public indirect enum Value: Hashable, Sendable {
        case text(String)
        case nothing
        case list([Value])
        case members([Member])
    }

    public struct Member: Hashable, Sendable {
        public var name: String
        public var value: Value

        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The fields that there are.
    public static let fields = [
        "name", "scope", "limit", "per", "timezone", "soft", "hard", "on_store_failure",
    ]

    /// What many take for fields of a budget, and how it is written.
    static let misplaced = ["allow_up_to": "on_store_failure: { allow_up_to: $5 }"]

    /// What it is called in what is said of its fields.
    static let place = "a budget"

    public var members: [Member]

    public init(_ members: [Member] = []) { self.members = members }

    /// Reads a JSON object; nil where it is none.
    public init?(json: [UInt8]) {
        var members: [Member]?
        do throws(JSONError) {
            try JSONTree.read(json) { root in
                if case .members(let found) = Value(root) { members = found }
            }
        } catch { return nil }
        guard let members else { return nil }
        self.members = members
    }

    /// The value of a field; setting nil takes it out.
    public subscript(name: String) -> Value? {
        get { members.first { $0.name == name }?.value }
        set {
            let place = members.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(name, value))
            case (nil, nil): break
            }
        }
    }

    /// Of so many fields that there are not it is told.
    private static let mostTold = 3

    /// Without a look at what the fields have: how many members there are is its sender's to say.
    ///
    /// - Throws: for fields that there are not.
    public func checkFields() throws(BudgetDefinitionError) {
        let unknown = members.lazy.filter { !Self.fields.contains($0.name) }.prefix(Self.mostTold)
        guard !unknown.isEmpty else { return }
        throw BudgetDefinitionError(
            problems: unknown.map { member in
                let (message, remedy) = YAMLFields.unknown(
                    member.name, in: Self.place, Self.fields, misplaced: Self.misplaced)
                return .init(field: member.name, text: "\(message) \(remedy)")
            })
    }

    /// Not of a budget that is there already, which would be in force no more.
    ///
    /// - Throws: for fields that have control characters anywhere: no request could say such a name.
    public func checkTexts() throws(BudgetDefinitionError) {
        let wrong = members.lazy.filter { $0.value.hasControls }.prefix(Self.mostTold)
        guard !wrong.isEmpty else { return }
        throw BudgetDefinitionError(
            problems: wrong.map { member in
                .init(
                    field: member.name,
                    text: "it has control characters in it, such as a line break or a tab: leave them out.")
            })
    }

    /// The same with the fields of `patch` in the place of its own; those that are null there are taken out (RFC 7396, but what
    /// is within a field is replaced as a whole).
    public func changed(by patch: BudgetDefinition) -> BudgetDefinition {
        patch.members.reduce(into: self) { $0[$1.name] = $1.value == .nothing ? nil : $1.value }
    }

    public var json: String { Value.members(members).json }

    /// One field in each line, so that what is wrong with it is known by its line: JSON is YAML, too.
    var yaml: String {
        let lines = members.map { "\(Value.text($0.name).json): \($0.value.json)" }
        // A variable of the environment is the file's to name.
        return "{" + lines.joined(separator: ",\n").replacing("${", with: "$${") + "}"
    }
}

extension BudgetDefinition.Value {
    init(_ value: JSONValue) {
        switch value.kind {
        case .string: self = .text(value.string.map { $0.decoded } ?? "")
        case .number, .bool: self = .text(value.raw.text)
        case .null: self = .nothing
        case .array: self = .list(value.elements.map(Self.init))
        case .object:
            self = .members(
                value.members.map {
                    BudgetDefinition.Member($0.key.decoded, Self($0.value))
                })
        }
    }

    fileprivate var hasControls: Bool {
        switch self {
        case .text(let text): text.hasControls
        case .nothing: false
        case .list(let values): values.contains(where: \.hasControls)
        case .members(let members): members.contains { $0.name.hasControls || $0.value.hasControls }
        }
    }

    public var json: String {
        switch self {
        case .text(let text): String(decoding: JSONWriting.quoted(text), as: UTF8.self)
        case .nothing: "null"
        case .list(let values): "[" + values.map(\.json).joined(separator: ", ") + "]"
        case .members(let members):
            "{" + members.map { "\(Self.text($0.name).json): \($0.value.json)" }.joined(separator: ", ") + "}"
        }
    }
}

extension BudgetDefinition.Value: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .nothing: try container.encodeNil()
        case .list(let values): try container.encode(values)
        case .members(let members):
            try container.encode(Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
        }
    }
}

extension BudgetDefinition: Encodable {
    public func encode(to encoder: any Encoder) throws { try Value.members(members).encode(to: encoder) }
}
