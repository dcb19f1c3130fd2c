import TuppenceCore
import TuppenceDialects

/// What has to be true of whatever is read and written.
enum Checks {
    static func isJSON(_ bytes: [UInt8]) -> Bool { RawJSON(bytes) != nil }

    static func json(_ bytes: [UInt8], _ what: @autoclosure () -> String) throws {
        if !isJSON(bytes) {
            throw FuzzFault("\(what()) is written as no JSON: \(String(decoding: bytes.prefix(2_000), as: UTF8.self))")
        }
    }

    /// That a stream is of events that hold JSON, or the mark of the end.
    static func stream(_ body: [UInt8], _ what: @autoclosure () -> String) throws {
        for message in try messages(.events, body, [body.count]) where message.data != "[DONE]".bytes {
            try json(message.data, what())
        }
    }

    /// The messages of a body that comes in pieces.
    static func messages(
        _ framing: StreamFraming, _ body: [UInt8], _ pieces: [Int]
    ) throws(JSONError) -> [StreamMessage] {
        var framer = StreamFramer(framing)
        var found: [StreamMessage] = []
        for piece in cut(body, pieces) {
            piece.withUnsafeBytes { framer.append($0) }
            while let message = try framer.next() { found.append(message) }
        }
        if let last = framer.rest() { found.append(last) }
        return found
    }

    /// What a reader makes of a body that comes in pieces.
    static func events(
        _ dialect: any OutboundDialect.Type, _ body: [UInt8], _ pieces: [Int]
    ) -> [StreamEvent] {
        var framer = StreamFramer(dialect.framing)
        var reader = dialect.streamReader()
        var events: [StreamEvent] = []
        do throws(JSONError) {
            for piece in cut(body, pieces) {
                piece.withUnsafeBytes { framer.append($0) }
                while let message = try framer.next() { reader.read(message, into: &events) }
            }
            if let message = framer.rest() { reader.read(message, into: &events) }
            reader.finish(into: &events)
        } catch {
            // What can be no message ends the stream, unless it has ended already.
            switch events.last {
            case .end, .error: break
            default: events.append(.error(.unreadable(error)))
            }
        }
        return events
    }

    /// Pieces of these sizes, and the rest in one.
    static func cut(_ body: [UInt8], _ sizes: [Int]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = body[...]
        for size in sizes where !rest.isEmpty {
            pieces.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        if !rest.isEmpty { pieces.append(Array(rest)) }
        return pieces
    }

    static func sizes(_ random: inout RandomSource) -> [Int] {
        (0..<12).map { _ in Int.random(in: 1...64, using: &random) }
    }

    // MARK: Order

    /// Where events break the order that ``StreamEvent`` promises; nil if nowhere.
    static func disorder(_ events: [StreamEvent]) -> String? {
        var open: Set<StreamEvent.Place> = []
        var begun: Set<StreamEvent.Place> = []
        var finished: Set<Int> = []
        var hasStarted = false
        for (index, event) in events.enumerated() {
            switch event {
            case .start:
                if hasStarted { return "a second start" }
                hasStarted = true
                continue
            case .ping: continue
            case .error, .end:
                if index < events.count - 1 { return "something follows the end" }
                if case .end = event, !open.isEmpty { return "blocks are open at the end" }
                if case .end = event, !hasStarted { return "an end without a start" }
                continue
            default: if !hasStarted { return "\(event) comes before the start" }
            }
            switch event {
            case .blockStart(let place, _):
                if !begun.insert(place).inserted { return "a block begins twice" }
                open.insert(place)
            case .delta(let place, _): if !open.contains(place) { return "a delta of no open block" }
            case .blockEnd(let place): if open.remove(place) == nil { return "a block ends that is not open" }
            case .finish(let choice, _):
                if open.contains(where: { $0.choice == choice }) { return "a block is open at the finish" }
                if !finished.insert(choice).inserted { return "a second finish" }
            default: break
            }
        }
        switch events.last {
        case .end, .error: return nil
        default: return "there is no end"
        }
    }
}
