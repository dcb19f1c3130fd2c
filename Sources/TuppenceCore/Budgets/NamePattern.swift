/// A name with `*` in it, each of which stands for any bytes or none: `gpt-*`.
public struct NamePattern: Hashable, Sendable {
    public let text: String
    private let bytes: [UInt8]

    /// - Returns: nil where there is no `*`: that is a name.
    public init?(_ text: String) {
        guard text.utf8.contains(Self.star) else { return nil }
        self.text = text
        bytes = Array(text.utf8)
    }

    private static let star = UInt8(ascii: "*")

    /// In the time of name times pattern at most, however many stars there are: names are callers' to choose.
    public func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        var place = 0
        var next = 0
        // Where to go on should what follows the last star not fit: that star takes one byte more.
        var retry: (place: Int, next: Int)?
        while place < name.count {
            if next < bytes.count, bytes[next] == Self.star {
                retry = (place, next + 1)
                next += 1
            } else if next < bytes.count, bytes[next] == name[place] {
                place += 1
                next += 1
            } else if let last = retry {
                retry = (last.place + 1, last.next)
                (place, next) = (last.place + 1, last.next)
            } else {
                return false
            }
        }
        return bytes[next...].allSatisfy { $0 == Self.star }
    }
}
