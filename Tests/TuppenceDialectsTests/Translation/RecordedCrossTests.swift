import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Every recorded answer as a caller of another dialect gets it, read the way such a caller reads.
@Suite("Recorded answers, told in another dialect")
struct RecordedCrossTests {
    /// Answers that lose something on the way, and why.
    private static let explained: [(name: String, reason: String)] = []

    /// A dialect that callers speak, and what reads it.
    private static let callers: [(inbound: any InboundDialect.Type, outbound: any OutboundDialect.Type)] = [
        (OpenAIChat.self, OpenAIChat.self), (AnthropicMessages.self, AnthropicMessages.self),
        (OpenAIResponses.self, OpenAIResponses.self),
    ]
    private static let providers: [any OutboundDialect.Type] = [
        OpenAIChat.self, AnthropicMessages.self, BedrockConverse.self, MistralChat.self, OpenAIResponses.self,
    ]

    @Test(
        "have the same text, calls and end there, whole and streamed",
        .enabled(if: UsageRecording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"))
    func replay() throws {
        var tally = Tally("recorded answers told alike in another dialect")
        for provider in Self.providers {
            for recording in try ChatRecording.all(provider.dialect) where recording.status < 300 {
                for caller in Self.callers where caller.inbound.dialect != provider.dialect {
                    guard let finding = try finding(recording, provider, caller) else { continue }
                    tally.count(recording, finding: finding.isEmpty ? nil : finding, explained: Self.explained)
                }
            }
        }
        tally.check(Self.explained)
    }

    /// - Returns: nil where there is nothing to compare, an empty text where all is well.
    private func finding(
        _ recording: ChatRecording, _ provider: any OutboundDialect.Type,
        _ caller: (inbound: any InboundDialect.Type, outbound: any OutboundDialect.Type)
    ) throws -> String? {
        if recording.isStream {
            let told = events(of: provider, recording.body)
            let (first, _) = ToldAnswer.collect(told)
            if first.error != nil { return nil }
            let body = stream(told, to: caller.inbound)
            let again = events(of: caller.outbound, body)
            let (second, faults) = ToldAnswer.collect(again)
            return faults.first ?? difference(first, second, told: caller.inbound.dialect) ?? ""
        }
        guard let answer = try? provider.readAnswer(recording.body) else { return nil }
        // One that says that its model failed is not told as an answer.
        if answer.choices.first?.finish?.reason == .failure { return nil }
        let body = caller.inbound.write(answer, in: .test)
        do {
            let again = try caller.outbound.readAnswer(body)
            return difference(ToldAnswer(answer), ToldAnswer(again), told: caller.inbound.dialect) ?? ""
        } catch { return "\(error) in \(String(decoding: body, as: UTF8.self))" }
    }

    private func difference(_ first: ToldAnswer, _ second: ToldAnswer, told dialect: Dialect) -> String? {
        if let error = second.error { return "an error: \(error.message)" }
        for (index, choice) in first.choices where index == 0 || dialect == .openAI {
            guard let other = second.choices[index] else { return "choice \(index) is missing" }
            // A refusal is text in Anthropic's dialect.
            let text = (dialect == .anthropic ? choice.text + choice.refusal : choice.text) + choice.sound
            if text != other.text { return "text \(other.text.prefix(60)) in place of \(text.prefix(60))" }
            if choice.thoughts != other.thoughts {
                return "thoughts \(other.thoughts.prefix(60)) in place of \(choice.thoughts.prefix(60))"
            }
            if choice.signatures != other.signatures { return "signatures" }
            if choice.calls.map(\.name) != other.calls.map(\.name) { return "calls" }
            for (one, two) in zip(choice.calls, other.calls) where !sameJSON(one.arguments, two.arguments) {
                // What is no JSON object is one member of an object there.
                if two.arguments.contains("INVALID_JSON") { continue }
                return "arguments \(two.arguments) in place of \(one.arguments)"
            }
            if let fault = finish(choice, other, dialect) { return fault }
        }
        if let usage = first.usage, let other = second.usage {
            if usage.totalInput != other.totalInput || usage.totalOutput != other.totalOutput {
                return "usage \(other) in place of \(usage)"
            }
            if usage.cachedInput != other.cachedInput || usage.reasoning != other.reasoning { return "usage: details" }
        }
        return nil
    }

    private func finish(_ choice: ToldAnswer.Choice, _ other: ToldAnswer.Choice, _ dialect: Dialect) -> String? {
        guard let reason = choice.finish else { return nil }
        let expected: Finish.Reason
        switch (dialect, reason) {
        case (_, .stop) where !choice.calls.isEmpty: expected = .toolCalls
        case (.responses, .stopSequence), (.responses, .pause), (.responses, .other):
            expected = choice.calls.isEmpty ? .stop : .toolCalls
        case (.responses, .contextFull): expected = .length
        case (.responses, .refusal): expected = choice.refusal.isEmpty ? .contentFilter : .stop
        case (.anthropic, .stop) where !choice.refusal.isEmpty: expected = .refusal
        case (.anthropic, .contentFilter): expected = .refusal
        case (.anthropic, .failure), (.anthropic, .other): expected = .stop
        case (.openAI, .stopSequence), (.openAI, .pause), (.openAI, .other): expected = .stop
        case (.openAI, .contextFull): expected = .length
        case (.openAI, .refusal): expected = .contentFilter
        default: expected = reason
        }
        return expected == other.finish ? nil : "finish \(String(describing: other.finish)) in place of \(expected)"
    }
}
