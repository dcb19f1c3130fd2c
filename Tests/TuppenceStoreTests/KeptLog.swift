import Logging
import Synchronization

/// Keeps what is logged at one level: the message and what is said with it, by name.
final class KeptLog: LogHandler {
    private let kept = Mutex<[[String: String]]>([])
    private let level: Logger.Level

    init(_ level: Logger.Level = .warning) { self.level = level }

    var lines: [[String: String]] { kept.withLock { $0 } }

    func log(event: LogEvent) {
        guard event.level == level else { return }
        var line = (event.metadata ?? [:]).mapValues { "\($0)" }
        line["message"] = event.message.description
        kept.withLock { $0.append(line) }
    }

    var logLevel: Logger.Level {
        get { .info }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
}
