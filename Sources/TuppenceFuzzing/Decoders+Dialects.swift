import TuppenceCore
import TuppenceDialects

extension FuzzDecoder {
    static let callers: [any InboundDialect.Type] = [
        OpenAIChat.self, OpenAIResponses.self, AnthropicMessages.self, GeminiChat.self,
    ]
    static let providers: [any OutboundDialect.Type] = [
        OpenAIChat.self, OpenAIResponses.self, AnthropicMessages.self, GeminiChat.self, BedrockConverse.self,
        CohereChat.self, MistralChat.self,
    ]
    private static let models = [
        "m", "gpt-5-mini", "claude-sonnet-4-5", "claude-opus-4-8", "gemini-2.5-flash", "gemini-3-flash",
        "us.anthropic.claude-sonnet-4-6", "amazon.nova-2-lite-v1:0", "command-a-reasoning-08-2025",
    ]

    /// What can be read can be written, in every dialect.
    static let requestReaders: [FuzzDecoder] = callers.map { caller -> FuzzDecoder in
        FuzzDecoder(
            "request: \(caller.dialect.rawValue)", seeds: DialectSeeds.requests(caller.dialect),
            words: DialectSeeds.words
        ) { input, random in
            let address =
                caller.dialect == .gemini ? RequestAddress(model: "m", streams: Bool.random(using: &random)) : .init()
            let request: ChatRequest
            do throws(Refusal) { request = try caller.readRequest(input, address: address) } catch { return .rejected }
            var target = OutboundTarget(model: models.randomElement(using: &random) ?? "m")
            target.outputLimit = Bool.random(using: &random) ? Int.random(in: 1...10_000, using: &random) : nil
            target.accepts = ChatExtensions(rawValue: UInt16.random(in: 0...UInt16.max, using: &random))
            for provider in providers {
                try Checks.json(provider.write(request, to: target).body, "\(provider.dialect)'s request")
            }
            return .read
        }
    }

    static let answerReaders: [FuzzDecoder] = providers.map { provider -> FuzzDecoder in
        FuzzDecoder(
            "answer: \(provider.dialect.rawValue)", seeds: DialectSeeds.answers(provider.dialect),
            words: DialectSeeds.words
        ) { input, _ in
            let answer: ChatAnswer
            do throws(JSONError) { answer = try provider.readAnswer(input) } catch { return .rejected }
            for caller in callers {
                try Checks.json(caller.write(answer, in: style), "\(caller.dialect)'s answer")
            }
            return .read
        }
    }

    /// A stream is the same however it is cut, keeps the order of the hub, and can be told to every caller.
    static let streamReaders: [FuzzDecoder] = providers.map { provider -> FuzzDecoder in
        FuzzDecoder(
            "stream: \(provider.dialect.rawValue)", seeds: DialectSeeds.streams(provider.dialect),
            words: DialectSeeds.words, framed: framing(provider)
        ) { input, random in
            let told = Checks.events(provider, input, [])
            if let fault = Checks.disorder(told) { throw FuzzFault(fault) }
            if Checks.events(provider, input, Checks.sizes(&random)) != told {
                throw FuzzFault("in pieces it is another stream")
            }
            for caller in callers {
                var writer = caller.streamWriter(style)
                var output = JSONWriter()
                for event in told { writer.write(event, into: &output) }
                try Checks.stream(output.bytes, "\(caller.dialect)'s stream")
            }
            if case .error = told.last { return .rejected }
            return .read
        }
    }

    private static func framing(_ provider: any OutboundDialect.Type) -> (@Sendable ([UInt8]) -> [UInt8])? {
        guard provider.dialect == .bedrock else { return nil }
        return { EventFrames.framed($0) }
    }

    static let errorReaders: [FuzzDecoder] = providers.map { provider -> FuzzDecoder in
        FuzzDecoder(
            "error: \(provider.dialect.rawValue)", seeds: DialectSeeds.errors, words: DialectSeeds.words
        ) { input, random in
            let status = [400, 401, 403, 404, 413, 429, 500, 503, 529].randomElement(using: &random) ?? 400
            let error = provider.readError(status: status, body: input)
            for caller in callers { try Checks.json(caller.write(error, in: style), "\(caller.dialect)'s error") }
            return error.message.contains("no words") ? .rejected : .read
        }
    }

    private static let style = AnswerStyle(id: "gen-1", created: 1_700_000_000, base: "http://localhost")
}
