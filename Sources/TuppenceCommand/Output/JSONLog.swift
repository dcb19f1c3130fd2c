import Logging
import Synchronization
import TuppenceCore
import TuppenceServer

/// The log on standard error, an object of JSON a line, for programs that collect it.
struct JSONLog: LogHandler {
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()
    private let label: String

    /// Lines of several threads are written one after the other.
    private static let turn = Mutex(())
    private static let ownMembers: Set<String> = ["time", "level", "label", "message"]

    init(label: String) { self.label = label }

    func log(event: LogEvent) {
        var values = metadata.merging(event.metadata ?? [:]) { $1 }
        if let error = event.error, values["error"] == nil { values["error"] = .string("\(error)") }
        var members = [
            ("time", Logger.MetadataValue.string(Self.text(of: WallClock.now))),
            ("level", .string(event.level.rawValue)), ("label", .string(label)),
            ("message", .string(event.message.description)),
        ]
        members += values.sorted { $0.key < $1.key }.map { name, value in
            (Self.ownMembers.contains(name) ? "metadata_\(name)" : name, value)
        }
        let line = members.jsonObject + "\n"
        Self.turn.withLock { _ in StandardError.writeExactly(line) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// `2026-11-23T20:45:00.123Z`.
    private static func text(of now: Timestamp) -> String {
        let thousandths = now.milliseconds - now.seconds * 1_000
        return "\(now.iso8601.dropLast()).\(String(thousandths + 1_000).dropFirst())Z"
    }
}

extension [(String, Logger.MetadataValue)] {
    fileprivate var jsonObject: String {
        "{\(map { name, value in "\(name.quotedAsJSON):\(value.json)" }.joined(separator: ","))}"
    }
}

extension Logger.MetadataValue {
    fileprivate var json: String {
        switch self {
        case .string(let text): text.quotedAsJSON
        case .stringConvertible(let value): value.description.quotedAsJSON
        case .dictionary(let values): values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }.jsonObject
        case .array(let values): "[\(values.map(\.json).joined(separator: ","))]"
        }
    }
}
