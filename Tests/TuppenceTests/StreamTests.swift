import NIOCore
import NIOPosix
import Testing
import Tuppence
import TuppenceCore
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@Suite("Streams within a program")
struct StreamTests {
    @Test("the pieces are the answer, and what it cost is booked before the last event")
    func stream() async throws {
        try await onSandbox { tuppence, store in
            let stream = try await tuppence.stream(.hello("fast-llm"))
            var text = ""
            var last: ChatAnswer?
            for try await event in stream {
                #expect(last == nil, "nothing follows the end")
                switch event {
                case .text(let piece): text += piece
                case .finished(let answer):
                    last = answer
                    #expect(try store.entries(limit: 1).first?.price == answer.cost)
                default: break
                }
            }
            let answer = try #require(last)
            #expect(!text.isEmpty && answer.text == text)
            #expect(answer.cost > .zero && answer.usage != nil)
            #expect(stream.receipt.provider == "sandbox" && stream.receipt.model == "chat-small")
        }
    }

    @Test("of a provider that does not count, count and cost are what the ledger has")
    func withoutUsage() async throws {
        try await onSandbox { tuppence, store in
            let answer = try await tuppence.stream(.hello("sandbox/chat-small?usage=none")).answer()
            let entry = try #require(try store.entries(limit: 1).first)
            #expect(entry.estimated && answer.usage != nil)
            #expect(answer.cost == entry.price && answer.cost > .zero)
        }
    }

    @Test("who leaves the loop early ends the provider's work, and pays for what it produced")
    func leaving() async throws {
        try await onSandbox { tuppence, store in
            for try await event in try await tuppence.stream(
                .hello("sandbox/chat-large?drip=50ms&tokens=400", maxTokens: 400))
            {
                if case .text = event { break }
            }
            try await expectAborted(store)
        }
    }

    @Test("a task that is cancelled does the same")
    func cancelling() async throws {
        try await onSandbox { tuppence, store in
            let stream = try await tuppence.stream(.hello("sandbox/chat-large?drip=50ms&tokens=400", maxTokens: 400))
            let (events, seen) = AsyncStream.makeStream(of: Void.self)
            let reading = Task {
                defer { seen.finish() }
                for try await _ in stream { seen.yield() }
            }
            for await _ in events { break }
            reading.cancel()
            let result = await reading.result
            #expect(throws: CancellationError.self) { try result.get() }
            try await expectAborted(store)
        }
    }

    @Test("so does one that was never read")
    func neverRead() async throws {
        try await onSandbox { tuppence, store in
            _ = try await tuppence.stream(.hello("sandbox/chat-large?drip=50ms&tokens=400", maxTokens: 400))
            try await expectAborted(store)
        }
    }

    @Test("a call that waits for a provider in vain can be cancelled, and is settled at the end at the latest")
    func cancelWaiting() async throws {
        try await onSandbox { tuppence, store in
            let asking = Task { try await tuppence.chat(.hello("sandbox/chat-small?hang")) }
            let isHeld = try await eventually { try store.openHolds().count == 1 }
            #expect(isHeld)
            asking.cancel()
            let result = await asking.result
            #expect(throws: CancellationError.self) { try result.get() }
            // What it did may still be counted, so it would be waited for a while.
            await tuppence.shutdown(patience: .zero)
            #expect(try store.openHolds().isEmpty)
            #expect(try store.entries(limit: 9).map(\.outcome) == [.aborted])
        }
    }

    @Test("an error within a stream takes the place of its end, and the part before it is booked")
    func errorWithin() async throws {
        try await onSandbox { tuppence, store in
            var text = ""
            let error = try await refusal {
                for try await event in try await tuppence.stream(.hello("sandbox/chat-small?error_after=3&tokens=20")) {
                    if case .text(let piece) = event { text += piece }
                    if case .finished = event { Issue.record("it finished") }
                }
            }
            #expect(!text.isEmpty)
            #expect(!error.message.isEmpty)
            #expect(try store.entries(limit: 1).first?.outcome == .truncated)
        }
    }

    @Test("a stream is read once")
    func once() async throws {
        try await onSandbox { tuppence, _ in
            let stream = try await tuppence.stream(.hello("fast-llm"))
            _ = try await stream.answer()
            try await expectRefusal(.streamAlreadyRead) { _ = try await stream.answer() }
        }
    }

    @Test("a tool's call comes in pieces, and whole at the end")
    func toolCalls() async throws {
        try await onSandbox { tuppence, _ in
            var request = ChatRequest("fast-llm", [.user("How is the weather in Paris?")], maxTokens: 60)
            request.tools = [
                Tool("weather", parameters: #"{"type":"object","properties":{"city":{"type":"string"}}}"#)
            ]
            request.toolChoice = .required
            var name = ""
            var arguments = ""
            for try await event in try await tuppence.stream(request) {
                switch event {
                case .toolCallStarted(0, _, let called): name = called
                case .toolCallArguments(0, let piece): arguments += piece
                case .finished(let answer):
                    #expect(answer.toolCalls.map(\.name) == [name])
                    #expect(answer.toolCalls.map(\.arguments) == [arguments])
                    #expect(answer.finish == .toolCalls)
                default: break
                }
            }
            #expect(name == "weather" && !arguments.isEmpty)
        }
    }

    @Test("a picture that the model has made is there, in the stream and whole", arguments: [true, false])
    func pictures(inEvents: Bool) async throws {
        let address = "data:image/png;base64,iVBORw0KGgo="
        let images = #""images":[{"type":"image_url","image_url":{"url":"\#(address)"}}]"#
        let usage = #""usage":{"prompt_tokens":9,"completion_tokens":40,"total_tokens":49}"#
        let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
            let isStream = inEvents && request.body.contains(#""stream":true"#)
            let body =
                isStream
                ? """
                data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Here:",\(images)},"finish_reason":null}]}

                data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],\(usage)}

                data: [DONE]


                """
                : """
                {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Here:",\(images)},"finish_reason":"stop"}],\(usage)}
                """
            let type = isStream ? "text/event-stream" : "application/json"
            let head = "HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
            return [.write(ByteBuffer(string: head + body))]
        }
        let more = """
            providers: { painter: { dialect: openai, base_url: "\(upstream.baseURL)", api_key: k } }
            prices: { painter/m: { input: 1, output: 1 } }
            """
        try await onSandbox(more) { tuppence, _ in
            let whole = try await tuppence.chat(.hello("painter/m"))
            #expect(whole.content == [.text("Here:"), .image(.url(address))])
            var events: [ChatEvent] = []
            for try await event in try await tuppence.stream(.hello("painter/m")) { events.append(event) }
            #expect(events.prefix(2) == [.text("Here:"), .image(.url(address))])
            guard case .finished(let answer) = events.last else {
                Issue.record("it did not finish")
                return
            }
            #expect(events.count == 3 && answer.content == whole.content && answer.text == "Here:")
            guard case .image(let image) = answer.content.last else { return }
            #expect(image.address == address)
        }
        try await upstream.stop()
    }

    @Test("so does leaving the loop of a stream that is kept")
    func leavingAKeptStream() async throws {
        try await onSandbox { tuppence, store in
            let stream = try await tuppence.stream(.hello("sandbox/chat-large?drip=50ms&tokens=400", maxTokens: 400))
            for try await event in stream { if case .text = event { break } }
            try await expectAborted(store)
            #expect(stream.receipt.provider == "sandbox")
        }
    }

    private func expectAborted(_ store: SQLiteStore) async throws {
        #expect(try await eventually { try !store.entries(limit: 1).isEmpty })
        let entry = try #require(try store.entries(limit: 1).first)
        #expect(entry.outcome == .aborted)
        #expect(entry.price > .zero)
        // Far from all of what it might have been.
        #expect(entry.usage.totalOutput < 200)
        #expect(try store.openHolds().isEmpty)
    }
}
