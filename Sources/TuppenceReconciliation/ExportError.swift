/// Why an export cannot be read, and where in the file.
public struct ExportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `line 12`, `line 3, column 40, at data[0].results[2].amount`; nil where it is about the file as a whole.
    public let place: String?
    public let message: String

    public var description: String { place.map { "\($0): \(message)" } ?? message }

    init(line: Int, _ message: String) {
        place = "line \(line)"
        self.message = message
    }

    init(place: String? = nil, _ message: String) {
        self.place = place
        self.message = message
    }
}
