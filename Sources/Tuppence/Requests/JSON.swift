import Foundation
import TuppenceDialects

/// One JSON value as it is written: a schema, or the arguments of a tool's call.
public struct JSON: Hashable, Sendable {
    let raw: RawJSON

    /// The text, without white space around it.
    public var text: String { raw.text }

    /// - Returns: nil if `text` is not one well-formed value.
    public init?(_ text: String) {
        guard let raw = RawJSON(Array(text.utf8)) else { return nil }
        self.raw = raw
    }

    /// `value` as Foundation encodes it.
    public init(encoding value: some Encodable) throws {
        guard let raw = RawJSON(Array(try JSONEncoder().encode(value))) else {
            preconditionFailure("what was encoded is no JSON")
        }
        self.raw = raw
    }

    /// The value as Foundation decodes it.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(raw.bytes))
    }
}

extension JSON: ExpressibleByStringLiteral {
    /// - Precondition: `text` is one well-formed value.
    public init(stringLiteral text: String) {
        guard let value = JSON(text) else { preconditionFailure("this is no JSON: \(text)") }
        self = value
    }
}
