/// Cuts the body of a stream into messages, however its bytes arrive.
package struct StreamFramer: Sendable {
    /// A message beyond this is none that a provider would send.
    package static let maximumMessage = 32 << 20

    private let framing: StreamFraming
    private var buffer: [UInt8] = []
    /// What of the buffer is done with.
    private var start = 0
    /// How far behind `start` an end of a message has been looked for.
    private var searched = 0

    package init(_ framing: StreamFraming) { self.framing = framing }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if start > 0, start == buffer.count || start > 1 << 16 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole message; nil until more bytes come.
    ///
    /// - Throws: where what came can be no message.
    package mutating func next() throws(JSONError) -> StreamMessage? {
        while let length = try length() {
            let place = start..<(start + length)
            start += length
            searched = 0
            if framing == .frames { return try frame(in: place) }
            if let message = message(in: place) { return message }
        }
        guard buffer.count - start <= Self.maximumMessage else {
            throw JSONError(0, "a message of more than \(Self.maximumMessage) bytes")
        }
        return nil
    }

    /// What is left when the body has ended: a last message that lacks its end.
    package mutating func rest() -> StreamMessage? {
        let place = start..<buffer.count
        start = buffer.count
        // Half a frame is nothing.
        return framing == .frames ? nil : message(in: place)
    }

    private mutating func length() throws(JSONError) -> Int? {
        if framing == .frames { return try frameLength() }
        return buffer.withUnsafeBytes { bytes in
            let unread = UnsafeRawBufferPointer(rebasing: bytes[start...])
            switch framing {
            case .frames: return nil
            case .events: return SSE.eventLength(in: unread, searched: &searched)
            case .lines:
                guard let end = unread[searched...].firstIndex(of: 10) else {
                    searched = unread.count
                    return nil
                }
                return end + 1
            }
        }
    }

    private func frameLength() throws(JSONError) -> Int? {
        // Closures that throw a type of their own are not inferred here.
        let length: Result<Int?, JSONError> = buffer.withUnsafeBytes { bytes in
            let unread = UnsafeRawBufferPointer(rebasing: bytes[start...])
            do throws(JSONError) {
                let length = try EventStreamFrame.length(in: unread)
                return .success(length.flatMap { $0 <= unread.count ? $0 : nil })
            } catch { return .failure(error) }
        }
        return try length.get()
    }

    private func frame(in place: Range<Int>) throws(JSONError) -> StreamMessage {
        let message: Result<StreamMessage, JSONError> = buffer.withUnsafeBytes { bytes in
            do throws(JSONError) {
                let frame = try EventStreamFrame(UnsafeRawBufferPointer(rebasing: bytes[place]))
                return .success(StreamMessage(data: frame.document))
            } catch { return .failure(error) }
        }
        return try message.get()
    }

    /// - Returns: nil for what carries nothing: a comment, an empty line.
    private func message(in place: Range<Int>) -> StreamMessage? {
        buffer.withUnsafeBytes { bytes in
            let raw = UnsafeRawBufferPointer(rebasing: bytes[place])
            switch framing {
            case .events:
                switch SSE.data(of: raw) {
                case .none: return nil
                case .line(let range): return range.isEmpty ? nil : StreamMessage(data: Array(raw[range]))
                case .lines(let data): return StreamMessage(data: data)
                }
            case .lines:
                let isBlank = raw.allSatisfy { $0 == 10 || $0 == 13 || $0 == 32 }
                return isBlank ? nil : StreamMessage(data: Array(raw))
            case .frames: return nil
            }
        }
    }
}
