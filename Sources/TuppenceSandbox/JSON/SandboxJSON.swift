/// A JSON value. Objects keep their order and numbers their spelling, so that what was read is written as it came.
enum SandboxJSON: Hashable, Sendable {
    struct Member: Hashable, Sendable {
        let name: String
        let value: SandboxJSON
    }

    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([SandboxJSON])
    case object([Member])

    static func int(_ value: Int) -> SandboxJSON { .number(String(value)) }

    /// An object of those members that there is a value for.
    static func present(_ members: KeyValuePairs<String, SandboxJSON?>) -> SandboxJSON {
        .object(members.compactMap { member in member.value.map { Member(name: member.key, value: $0) } })
    }

    /// The same object with `added` behind what it has; of two members of one name that is the one that counts.
    func adding(_ added: [Member]) -> SandboxJSON { .object((members ?? []) + added) }

    /// The member called `name`, the last one when several are; nil when there is none or it is null.
    subscript(name: String) -> SandboxJSON? {
        guard case .object(let members) = self else { return nil }
        let value = members.last { $0.name == name }?.value
        return value == .null ? nil : value
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var array: [SandboxJSON]? { if case .array(let elements) = self { elements } else { nil } }
    var members: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// A number written as an integer that fits; `1.0` and `1e3` are not.
    var integer: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }

    /// What kind of value this is, as error messages say it.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: integer == nil ? "a decimal" : "an integer"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The compact text, as bytes.
    var bytes: [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension SandboxJSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(integerLiteral value: Int) { self = .int(value) }
}

extension SandboxJSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(arrayLiteral elements: SandboxJSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, SandboxJSON)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }
}

extension SandboxJSON {
    private func write(to out: inout [UInt8]) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let digits): out.append(contentsOf: digits.utf8)
        case .string(let text): Self.write(text, to: &out)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                element.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.write(member.name, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.write(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Only what must be escaped is, so that a text is never longer here than in any other spelling of it.
    private static func write(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 8: out.append(contentsOf: "\\b".utf8)
            case 9: out.append(contentsOf: "\\t".utf8)
            case 10: out.append(contentsOf: "\\n".utf8)
            case 12: out.append(contentsOf: "\\f".utf8)
            case 13: out.append(contentsOf: "\\r".utf8)
            case 0..<32:
                out.append(contentsOf: ((byte < 16 ? "\\u000" : "\\u00") + String(byte, radix: 16)).utf8)
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
