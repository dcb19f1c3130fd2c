import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceDialects

/// Whatever a model says, in any provider's words as they are put together by hand, is in the hub what was said. So also
/// dialects that are only read keep what they can express.
@Suite("What was said, in every provider's words")
struct SaidRoundTripTests {
    private static let seeds = UInt64(1)...200

    @Test("an answer is in the hub what was said", arguments: MatrixProvider.allCases)
    func answers(provider: MatrixProvider) throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let said = Said(&random)
            let told = ToldAnswer(try provider.dialect.readAnswer(Array(ProviderAnswers.whole(said, provider).utf8)))
            try #require(
                difference(told, said, provider) == nil, "seed \(seed): \(difference(told, said, provider) ?? "")")
        }
    }

    @Test("a stream is, too, whole and split at random bytes", arguments: MatrixProvider.allCases)
    func streams(provider: MatrixProvider) throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let said = Said(&random)
            let body = ProviderAnswers.stream(said, provider)
            let whole = events(of: provider.dialect, body)
            let (told, faults) = ToldAnswer.collect(whole)
            try #require(faults.isEmpty, "seed \(seed): \(faults)")
            try #require(
                difference(told, said, provider) == nil, "seed \(seed): \(difference(told, said, provider) ?? "")")
            let sizes = (0..<400).map { _ in Int.random(in: 1...30, using: &random) }
            try #require(events(of: provider.dialect, body, pieces: sizes) == whole, "seed \(seed), split")
        }
    }

    @Test("and comes to every caller as it was said, streamed or not", arguments: MatrixProvider.allCases)
    func callers(provider: MatrixProvider) throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let said = Said(&random)
            let answer = try provider.dialect.readAnswer(Array(ProviderAnswers.whole(said, provider).utf8))
            let told = events(of: provider.dialect, ProviderAnswers.stream(said, provider))
            for caller in Caller.allCases {
                let expected = try Heard(said, from: provider, to: caller)
                let whole = try Heard.whole(caller.dialect.write(answer, in: .test), by: caller)
                let streamed = try Heard.stream(stream(told, to: caller.dialect), by: caller)
                for heard in [whole, streamed] {
                    let difference = heard.difference(from: expected)
                    try #require(difference == nil, "seed \(seed), \(caller.rawValue): \(difference ?? "")")
                }
            }
        }
    }

    private func difference(_ told: ToldAnswer, _ said: Said, _ provider: MatrixProvider) -> String? {
        guard let choice = told.choices[0] else { return "there is no answer" }
        let isRefusal = said.end == .refusal && (provider == .chat || provider == .responses)
        let (text, refusal) = isRefusal ? ("", said.text.joined()) : (said.text.joined(), "")
        if choice.text != text { return "the text is \(choice.text.debugDescription)" }
        if choice.refusal != refusal { return "the refusal is \(choice.refusal.debugDescription)" }
        if choice.thoughts != said.thoughts.joined() { return "the thoughts are \(choice.thoughts.debugDescription)" }
        if choice.calls.map(\.id) != said.calls.map(\.id) || choice.calls.map(\.name) != said.calls.map(\.name) {
            return "the calls are \(choice.calls)"
        }
        for (call, one) in zip(choice.calls, said.calls) where !sameJSON(call.arguments, one.arguments.joined()) {
            return "arguments \(call.arguments)"
        }
        let usage = ProviderAnswers.usage(said, provider)
        let expected = Usage(
            input: usage.input, cachedInput: usage.cached, output: usage.output, reasoning: usage.reasoning)
        return told.usage == expected ? nil : "the usage is \(String(describing: told.usage))"
    }

    // MARK: Errors

    @Test(
        "an error means the same after it was written and read, as far as the dialect can say",
        arguments: Caller.allCases)
    func errors(caller: Caller) throws {
        let reader = MatrixProvider.allCases.first { $0.dialect.dialect == caller.dialect.dialect }
        let dialect = try #require(reader).dialect
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let (kind, status) = try #require(Self.kinds.randomElement(using: &random))
            let message = Said.text(&random).joined() + "."
            let body = caller.dialect.write(ProviderError(kind, message, status: status), in: .test)
            let again = dialect.readError(status: status, body: body)
            try #require(again.message == message, "seed \(seed): \(string(body))")
            try #require(again.kind == Self.said(kind, in: caller), "seed \(seed): \(string(body))")
        }
    }

    private static let kinds: [(ProviderError.Kind, Int)] = [
        (.rateLimit, 429), (.outOfQuota, 402), (.overloaded, 503), (.contentFilter, 400), (.contextTooLong, 400),
        (.tooLarge, 413), (.badRequest, 400), (.authentication, 401), (.permission, 403), (.notFound, 404),
        (.timeout, 504), (.server, 500),
    ]

    /// What a kind comes to in a dialect that has no word for it.
    private static func said(_ kind: ProviderError.Kind, in caller: Caller) -> ProviderError.Kind {
        switch (caller, kind) {
        case (.gemini, .outOfQuota): .rateLimit
        case (.gemini, .contentFilter), (.gemini, .contextTooLong): .badRequest
        default: kind
        }
    }
}

extension Said {
    /// Something that every provider can say.
    init(_ random: inout SeededGenerator) {
        self.init(.text)
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        thoughts = chance(40) ? Self.text(&random) : []
        calls = (0..<(chance(50) ? Int.random(in: 1...3, using: &random) : 0)).map { index in
            let value = json(["a": Self.text(&random).joined(), "b": [1, [String: Int]()] as [Any]] as [String: Any])
            let middle = value.index(value.startIndex, offsetBy: Int.random(in: 1..<value.count, using: &random))
            return Call(
                id: "call0000\(index)", name: ["look", "ask"].randomElement(using: &random) ?? "look",
                arguments: [String(value[..<middle]), String(value[middle...])])
        }
        text = calls.isEmpty || chance(50) ? Self.text(&random) : []
        end = calls.isEmpty ? [.stop, .length, .stopSequence].randomElement(using: &random) ?? .stop : .calls
        usage = (
            input: Int.random(in: 0...9_999, using: &random), cached: Int.random(in: 0...999, using: &random),
            output: Int.random(in: 1...9_999, using: &random),
            reasoning: thoughts.isEmpty ? 0 : Int.random(in: 0...999, using: &random)
        )
    }

    /// Pieces with what must be escaped, and characters of every length in UTF-8.
    static func text(_ random: inout SeededGenerator) -> [String] {
        let letters = [
            "a", "B", " ", "\"", "\\", "\n", "\t", "/", "é", "漢", "😀", "{", "]", ":", "\u{1}", "0", "data: ",
        ]
        return (0..<Int.random(in: 1...4, using: &random)).map { _ in
            (0..<Int.random(in: 1...8, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
                .joined()
        }
    }
}
