/// How the body of a stream is cut into messages.
package enum StreamFraming: Hashable, Sendable {
    /// Server-sent events.
    case events
    /// One JSON document a line.
    case lines
    /// AWS's `application/vnd.amazon.eventstream`.
    case amazon
}

/// One message of a stream.
package struct StreamMessage: Hashable, Sendable {
    /// Its name, where the framing has one: `event:`, `:event-type`.
    package var name: String?
    package var data: [UInt8]

    package init(name: String? = nil, data: [UInt8]) {
        self.name = name
        self.data = data
    }
}
