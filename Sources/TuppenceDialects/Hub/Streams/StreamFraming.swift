/// How the body of a stream is cut into messages.
package enum StreamFraming: Hashable, Sendable {
    /// Server-sent events.
    case events
    /// One JSON document a line.
    case lines
    /// AWS's event stream; a message is an object with one member, whose name is the type of the event.
    case frames

    /// The content type of a body that is framed so.
    package var contentType: StaticString {
        switch self {
        case .events: "text/event-stream"
        case .lines: "application/x-ndjson"
        case .frames: "application/vnd.amazon.eventstream"
        }
    }
}

/// One message of a stream.
package struct StreamMessage: Hashable, Sendable {
    /// The data of an event, or the line. It says itself what kind of message it is.
    package var data: [UInt8]

    package init(data: [UInt8]) { self.data = data }
}
