import NIOCore
import TuppenceDialects

/// An answer as it is written, for `for try await`. The last event is ``ChatEvent/finished(_:)``; an error takes its place.
///
/// It is iterated once. Leaving the loop early, cancelling its task or letting the stream go ends the provider's work, and
/// what was produced is booked.
public struct ChatStream: AsyncSequence, Sendable {
    public typealias Element = ChatEvent

    /// As far as it is known when the first content comes.
    public var receipt: Receipt { call.receipt }

    let call: Call
    let tuppence: Tuppence

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(reading: call.take() ? ChatStreamReading(call, tuppence) : nil)
    }

    /// Reads to the end, for the whole of it.
    public func answer() async throws -> ChatAnswer {
        for try await event in self { if case .finished(let answer) = event { return answer } }
        throw TuppenceError.interrupted()
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let reading: ChatStreamReading?

        public mutating func next() async throws -> ChatEvent? { try await next(isolation: nil) }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> ChatEvent? {
            guard let reading else {
                throw TuppenceError(.streamAlreadyRead, "A stream is iterated once. Ask again for another.")
            }
            return try await reading.next(isolation: actor)
        }
    }
}

/// Makes events of a body that comes in pieces.
final class ChatStreamReading {
    private let call: Call
    private let tuppence: Tuppence
    private var framer = StreamFramer(.events)
    private var reader = OpenAIChat.streamReader()
    private var collector = AnswerCollector()
    private var toolCalls: [StreamEvent.Place: Int] = [:]
    private var thoughts: Set<StreamEvent.Place> = []
    private var waiting: ArraySlice<ChatEvent> = []
    private var hasEnded = false
    private var failure: TuppenceError?
    /// Whether there is nothing more to tell.
    private var isOver = false

    init(_ call: Call, _ tuppence: Tuppence) {
        self.call = call
        self.tuppence = tuppence
    }

    /// Nobody reads on: who left early may keep the stream for its receipt, and is to pay for no more.
    deinit { call.close() }

    func next(isolation actor: isolated (any Actor)?) async throws -> ChatEvent? {
        while true {
            if let event = waiting.popFirst() { return event }
            guard !isOver else { return nil }
            do {
                try await advance(isolation: actor)
            } catch {
                isOver = true
                throw error
            }
        }
    }

    private func advance(isolation actor: isolated (any Actor)?) async throws {
        if let failure { throw failure }
        if hasEnded {
            // Everything is told but the end, which waits for the books.
            isOver = true
            waiting.append(.finished(try await tuppence.finished(collector.answer, call, cost: nil)))
        } else if !call.isStream {
            try await advanceWhole(isolation: actor)
        } else if let bytes = try await call.next() {
            bytes.withUnsafeReadableBytes { framer.append($0) }
            do throws(JSONError) {
                while let message = try framer.next() { read(message) }
            } catch { throw TuppenceError.unreadable(error) }
        } else {
            if let message = framer.rest() { read(message) }
            var events: [StreamEvent] = []
            reader.finish(into: &events)
            for event in events { take(event, nil) }
        }
    }

    /// A provider that was asked for a stream may answer with all of it at once.
    private func advanceWhole(isolation actor: isolated (any Actor)?) async throws {
        isOver = true
        let answer = try await tuppence.whole(call)
        var calls = 0
        for piece in answer.content {
            switch piece {
            case .text(let text), .refusal(let text): waiting.append(.text(text))
            case .thinking(let thinking) where !thinking.text.isEmpty: waiting.append(.thinking(thinking.text))
            case .image(let image): waiting.append(.image(image))
            case .toolCall(let call):
                waiting.append(.toolCallStarted(index: calls, id: call.id, name: call.name))
                waiting.append(.toolCallArguments(index: calls, call.arguments))
                calls += 1
            case .thinking, .toolResult: break
            }
        }
        waiting.append(.finished(answer))
    }

    private func read(_ message: StreamMessage) {
        var events: [StreamEvent] = []
        reader.read(message, into: &events)
        for event in events { take(event, message) }
    }

    private func take(_ event: StreamEvent, _ message: StreamMessage?) {
        collector.take(event)
        switch event {
        case .blockStart(let place, .toolCall(let id, let name, _)):
            let index = toolCalls.count
            toolCalls[place] = index
            waiting.append(.toolCallStarted(index: index, id: id.decoded, name: name.decoded))
        case .blockStart(let place, .thinking): thoughts.insert(place)
        case .blockStart(_, .media(let media)): if let image = Image(media) { waiting.append(.image(image)) }
        case .delta(let place, .text(let text)):
            waiting.append(thoughts.contains(place) ? .thinking(text.decoded) : .text(text.decoded))
        case .delta(let place, .arguments(let text)):
            if let index = toolCalls[place] { waiting.append(.toolCallArguments(index: index, text.decoded)) }
        case .error(let error):
            failure =
                message.map { TuppenceError(body: $0.data, requestID: call.receipt.requestID) }
                ?? TuppenceError(.upstreamInvalid, error.message)
        case .end: hasEnded = true
        default: break
        }
    }
}
