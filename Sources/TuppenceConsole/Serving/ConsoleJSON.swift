import Foundation

/// JSON as the console writes it: names in snake_case, in a fixed order.
enum ConsoleJSON {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return String(decoding: try encoder.encode(value), as: UTF8.self) } catch {
            // No value of ours has what JSON cannot say, which is infinity alone.
            preconditionFailure("\(type(of: value)) is no JSON: \(error)")
        }
    }
}
