import Foundation

/// JSON to look into by path: `document["contents/0/parts/0/text"]`.
struct JSONDocument: CustomStringConvertible {
    let root: Any

    init(_ bytes: some Sequence<UInt8>) throws {
        root = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }

    init(_ text: String) throws { try self.init(text.utf8) }

    /// The documents of the data lines of a stream.
    static func events(_ stream: [UInt8]) throws -> [JSONDocument] {
        try string(stream).split(whereSeparator: \.isNewline).filter { $0.hasPrefix("data: {") }
            .map { try JSONDocument(String($0.dropFirst(6))) }
    }

    private func value(_ path: String) -> Any? {
        path.split(separator: "/").reduce(root as Any?) { value, step in
            if let index = Int(step), let list = value as? [Any] {
                return list.indices.contains(index) ? list[index] : nil
            }
            return (value as? [String: Any])?[String(step)]
        }
    }

    /// What is at a path, in its JSON; nil if nothing is.
    subscript(_ path: String) -> String? {
        guard let value = value(path) else { return nil }
        if let text = value as? String { return text }
        let data = try? JSONSerialization.data(
            withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self) }
    }

    func count(_ path: String) -> Int? { (value(path) as? [Any])?.count }

    var description: String { self[""] ?? "" }
}
