/// Server-sent events as bytes. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
package enum SSE {
    /// The length of the first whole event, its blank line included, or nil while it is incomplete.
    ///
    /// - Parameter searched: how far an earlier call has looked; set back to 0 once an event is found.
    package static func eventLength(in bytes: UnsafeRawBufferPointer, searched: inout Int) -> Int? {
        var index = searched
        while true {
            index = lineEnd(bytes, index)
            guard index < bytes.count else { break }
            // At a line's end: the event ends where the next line is empty.
            guard let next = afterLineEnd(bytes, index) else { break }
            if next < bytes.count, bytes[next] == 10 || bytes[next] == 13 {
                guard let end = afterLineEnd(bytes, next) else { break }
                searched = 0
                return end
            }
            if next >= bytes.count { break }
            index = next
        }
        // A line end at the very end is looked at again, together with what comes behind it.
        searched = min(index, bytes.count)
        return nil
    }

    /// Where the next CR or LF stands, or the count: sixteen bytes at a time.
    private static func lineEnd(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
        guard let base = bytes.baseAddress else { return bytes.count }
        let newline = SIMD16<UInt8>(repeating: 10)
        let carriageReturn = SIMD16<UInt8>(repeating: 13)
        var index = start
        while index &+ 16 <= bytes.count {
            let some = (base + index).loadUnaligned(as: SIMD16<UInt8>.self)
            let hits = unsafeBitCast((some .== newline) .| (some .== carriageReturn), to: SIMD2<UInt64>.self)
            if hits[0] | hits[1] != 0 {
                return hits[0] != 0
                    ? index &+ UInt64(littleEndian: hits[0]).trailingZeroBitCount / 8
                    : index &+ 8 &+ UInt64(littleEndian: hits[1]).trailingZeroBitCount / 8
            }
            index &+= 16
        }
        while index < bytes.count, bytes[index] != 10, bytes[index] != 13 { index &+= 1 }
        return index
    }

    /// Behind the line end at `index`, or nil if it is a CR that an LF may yet follow.
    private static func afterLineEnd(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int? {
        if bytes[index] == 10 { return index + 1 }
        guard index + 1 < bytes.count else { return nil }
        return bytes[index + 1] == 10 ? index + 2 : index + 1
    }

    /// How many bytes tell whether a body is one of events.
    package static let beginning = 6

    /// Whether a body begins as one of events does, whatever it is called: no JSON does.
    package static func begins(_ body: UnsafeRawBufferPointer) -> Bool {
        body.first == UInt8(ascii: ":") || body.starts(with: "data:".utf8) || body.starts(with: "event:".utf8)
    }

    /// The data of an event, and where it stands in the event.
    package enum EventData {
        case none
        /// On one line, as every dialect here writes it.
        case line(Range<Int>)
        /// On several lines, joined by newlines as the standard has it.
        case lines([UInt8])
    }

    package static func data(of event: UnsafeRawBufferPointer) -> EventData {
        var first: Range<Int>?
        // Grows in place: an event may have very many lines.
        var lines: [UInt8] = []
        var count = 0
        var line = 0
        while line < event.count {
            let end = lineEnd(event, line)
            if let range = dataField(event, line, end) {
                count += 1
                if let first {
                    if count == 2 { lines.append(contentsOf: event[first]) }
                    lines.append(10)
                    lines.append(contentsOf: event[range])
                } else {
                    first = range
                }
            }
            line = end
            if line < event.count {
                line += event[line] == 13 && line + 1 < event.count && event[line + 1] == 10 ? 2 : 1
            }
        }
        guard let first else { return .none }
        return count == 1 ? .line(first) : .lines(lines)
    }

    /// The same as one text, wherever it stands; empty where there is none.
    static func text(of event: UnsafeRawBufferPointer) -> [UInt8] {
        switch data(of: event) {
        case .none: []
        case .line(let range): Array(event[range])
        case .lines(let text): text
        }
    }

    /// The value of the line if it is a `data:` line, without the space behind the colon.
    private static func dataField(_ event: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Range<Int>? {
        guard end - start >= 5, event[start] == UInt8(ascii: "d"), event[start + 1] == UInt8(ascii: "a"),
            event[start + 2] == UInt8(ascii: "t"), event[start + 3] == UInt8(ascii: "a"),
            event[start + 4] == UInt8(ascii: ":")
        else { return nil }
        return (start + 5 < end && event[start + 5] == 32 ? start + 6 : start + 5)..<end
    }
}
