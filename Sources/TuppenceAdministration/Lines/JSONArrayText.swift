import Foundation

/// The text of a JSON array whose elements come a few at a time: the same as if its encoder had been given all at once.
package struct JSONArrayText {
    private let encoder: JSONEncoder
    private var isBegun = false

    private static let (opening, between, closing) = ("[\n", ",\n", "\n]")

    /// - Parameter encoder: one that gives each element lines of its own.
    package init(_ encoder: JSONEncoder) {
        precondition(encoder.outputFormatting.contains(.prettyPrinted), "an encoder that puts all on one line")
        self.encoder = encoder
    }

    /// The text that goes on from that of the elements before.
    ///
    /// - Parameter elements: one at least.
    package mutating func next(_ elements: [some Encodable]) throws -> String {
        precondition(!elements.isEmpty, "no elements")
        let text = try encoder.encode(elements).dropFirst(Self.opening.utf8.count).dropLast(Self.closing.utf8.count)
        defer { isBegun = true }
        return (isBegun ? Self.between : Self.opening) + String(decoding: text, as: UTF8.self)
    }

    /// The text behind the last element.
    package func end() throws -> String {
        if isBegun { return Self.closing }
        return String(decoding: try encoder.encode([String]()), as: UTF8.self)
    }
}
