import Logging

/// The log on standard error, an entry a line, whatever is in its values: callers choose many of them.
struct ShownLog: LogHandler {
    private var lines: StreamLogHandler

    init(label: String) { lines = .standardError(label: label) }

    func log(event: LogEvent) {
        var shown = event
        shown.message = "\(event.message.description.shown())"
        shown.metadata = event.metadata?.mapValues(\.shown)
        if let error = event.error {
            shown.error = nil
            shown.metadata = (shown.metadata ?? [:]).merging(["error": .string("\(error)".shown())]) { own, _ in own }
        }
        lines.log(event: shown)
    }

    var logLevel: Logger.Level {
        get { lines.logLevel }
        set { lines.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { lines.metadata }
        set { lines.metadata = newValue.mapValues(\.shown) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { lines[metadataKey: key] }
        set { lines[metadataKey: key] = newValue?.shown }
    }
}

extension Logger.MetadataValue {
    fileprivate var shown: Self {
        switch self {
        case .string(let text): .string(text.shown())
        case .stringConvertible(let value): .string(value.description.shown())
        case .dictionary(let values): .dictionary(values.mapValues(\.shown))
        case .array(let values): .array(values.map(\.shown))
        }
    }
}
