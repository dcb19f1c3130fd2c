import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What is no count of tokens.
private let nonsense = ["null", #""113""#, "-1", "112.5", "1e15", "1000000001", "true", "[113]", #"{"tokens":113}"#]

@Suite("An output that is not counted")
struct OutputCountTests {
    private func report(_ dialect: UsageDialect, _ documents: [String]) throws -> UsageReport {
        var reader = dialect.reader
        for document in documents { try withBytes(document) { try reader.read($0) } }
        return reader.report
    }

    @Test("is told from one of 0, and the input holds", arguments: nonsense)
    func unreadable(value: String) throws {
        for (dialect, usage) in [
            (.openAI, #"{"prompt_tokens":10,"completion_tokens":\#(value)}"#),
            (.openAI, #"{"prompt_tokens":10,"completion_tokens":\#(value),"total_tokens":10}"#),
            (.responses, #"{"input_tokens":10,"output_tokens":\#(value)}"#),
            (.anthropic, #"{"input_tokens":10,"output_tokens":\#(value)}"#),
            (.bedrock, #"{"inputTokens":10,"outputTokens":\#(value)}"#),
            (.cohere, #"{"billed_units":{"input_tokens":10,"output_tokens":\#(value)}}"#),
            (.ollama, #"{"prompt_eval_count":10,"eval_count":\#(value)}"#),
        ] as [(UsageDialect, String)] {
            let report = try report(dialect, [usage])
            #expect(report.isReadable && report.output == .unreadable, "\(dialect) \(usage)")
            #expect(report.usage == Usage(input: 10), "\(dialect) \(usage)")
        }
    }

    @Test(
        "is missing where it has no field, counted where it is 0, and told by the total or by thoughts",
        arguments: [
            (.openAI, #"{"prompt_tokens":10}"#, .missing, 0),
            (.openAI, #"{"prompt_tokens":10,"completion_tokens":0}"#, .counted, 0),
            // Embeddings, rankings, and OpenAI's completions without text.
            (.openAI, #"{"prompt_tokens":10,"total_tokens":10}"#, .counted, 0),
            (.openAI, #"{"total_tokens":10}"#, .counted, 0),
            (.openAI, #"{"type":"duration","seconds":6}"#, .counted, 0),
            (.openAI, #"{"prompt_tokens":10,"total_tokens":123}"#, .counted, 113),
            (.openAI, #"{"prompt_tokens":10,"completion_tokens":null,"total_tokens":123}"#, .counted, 113),
            (.openAI, #"{"prompt_tokens":0,"completion_tokens":null,"total_tokens":5}"#, .counted, 5),
            (.openAI, #"{"completion_tokens":null,"output_tokens":5,"prompt_tokens":1}"#, .counted, 5),
            (.openAI, #"{"output_tokens":5,"completion_tokens":null,"prompt_tokens":1}"#, .counted, 5),
            (
                .openAI,
                #"{"prompt_tokens":9,"completion_tokens":null,"completion_tokens_details":{"reasoning_tokens":7}}"#,
                .unreadable, 7
            ),
            (.responses, #"{"input_tokens":10}"#, .missing, 0), (.anthropic, #"{"input_tokens":10}"#, .missing, 0),
            (.anthropic, #"{"input_tokens":10,"output_tokens":0}"#, .counted, 0),
            (.bedrock, #"{"inputTokens":10}"#, .missing, 0),
            (.bedrock, #"{"inputTokens":10,"outputTokens":0}"#, .counted, 0),
            (.cohere, #"{"billed_units":{"input_tokens":10}}"#, .missing, 0),
            (.cohere, #"{"billed_units":{"input_tokens":10,"output_tokens":0}}"#, .counted, 0),
            (.ollama, #"{"prompt_eval_count":10}"#, .missing, 0),
            (.gemini, #"{"promptTokenCount":10}"#, .missing, 0),
            (.gemini, #"{"promptTokenCount":10,"candidatesTokenCount":null}"#, .missing, 0),
            (.gemini, #"{"promptTokenCount":10,"candidatesTokenCount":"5"}"#, .unreadable, 0),
            (.gemini, #"{"promptTokenCount":10,"candidatesTokenCount":-5,"totalTokenCount":10}"#, .unreadable, 0),
            (.gemini, #"{"promptTokenCount":10,"totalTokenCount":15}"#, .missing, 0),
            // A filter has taken the candidates away, or there is nothing but thoughts.
            (.gemini, #"{"promptTokenCount":10,"totalTokenCount":10}"#, .counted, 0),
            (.gemini, #"{"promptTokenCount":10,"toolUsePromptTokenCount":4,"totalTokenCount":14}"#, .counted, 0),
            (.gemini, #"{"promptTokenCount":10,"thoughtsTokenCount":7,"totalTokenCount":17}"#, .counted, 7),
        ] as [(UsageDialect, String, OutputCount, Int)])
    func states(dialect: UsageDialect, usage: String, state: OutputCount, output: Int) throws {
        let report = try report(dialect, [usage])
        #expect(report.isReadable && report.output == state)
        #expect(report.usage.totalOutput == output)
    }

    @Test("neither is a total that tells neither of both", arguments: ["null", #""100""#])
    func neither(value: String) throws {
        let usage = #"{"prompt_tokens":\#(value),"completion_tokens":\#(value),"total_tokens":100}"#
        #expect(try !report(.openAI, [usage]).isReadable)
    }

    @Test("in a stream the last word holds, and what comes without counts changes nothing")
    func streams() throws {
        let start = #"{"type":"message_start","message":{"usage":{"input_tokens":7,"output_tokens":1}}}"#
        func delta(_ usage: String) -> String { #"{"type":"message_delta","usage":\#(usage)}"# }
        let stop = #"{"type":"message_stop"}"#
        #expect(try report(.anthropic, [start, delta(#"{"output_tokens":5}"#), stop]).output == .counted)
        #expect(try report(.anthropic, [start, delta(#"{"output_tokens":null}"#), stop]).output == .unreadable)
        #expect(try report(.anthropic, [start, delta("{}"), stop]).output == .missing)
        let counted = #"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5}}"#
        let broken = #"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":"5"}}"#
        #expect(try report(.openAI, [broken, counted]).output == .counted)
        #expect(try report(.openAI, [counted, broken]).output == .unreadable)
    }

    // MARK: What has come in its place

    @Test("has the text of a whole answer counted", arguments: ["null", #""113""#, "-1", "112.5", "1e15"])
    func whole(value: String) throws {
        let usage = #""usage":{"prompt_tokens":10,"completion_tokens":\#(value)}"#
        let chat = try withBytes(#"{"choices":[{"message":{"content":"Hello"}}],\#(usage)}"#) { try OpenAIAnswer($0) }
        #expect(chat.usage?.lacksOutput == true && chat.contentBytes == 5)
        // There is nothing to it that could cost anything.
        let vectors = try withBytes(#"{"data":[{"embedding":[1]}],\#(usage)}"#) { try OpenAIAnswer($0) }
        #expect(vectors.usage?.usage == Usage(input: 10) && vectors.contentBytes == 0)
        let anthropic = #"{"content":[{"text":"Hi"}],"usage":{"input_tokens":10,"output_tokens":\#(value)}}"#
        let message = try withBytes(anthropic) { try AnthropicAnswer($0) }
        #expect(message.counted.lacksOutput && message.usage != nil && message.contentBytes > 0)
        let responses = #"{"output":[{"text":"Hello"}],"usage":{"input_tokens":10,"output_tokens":\#(value)}}"#
        let response = try withBytes(responses) { try ResponsesScan.read(whole: $0) }
        #expect(response.lacksOutput && response.usage == Usage(input: 10) && response.content.bytes == 5)
        // Their tokens are nearly all that images cost.
        let images = #"{"data":[{}],"usage":{"input_tokens":10,"output_tokens":\#(value)}}"#
        #expect(try withBytes(images) { try PieceAnswer($0) }.usage == nil)
    }

    @Test(
        "is known for no sense also where a total stands for it",
        arguments: [("-5", true), ("1e15", true), ("5", false)])
    func responsesNonsense(value: String, isNonsense: Bool) throws {
        let answer =
            #"{"output":[{"text":"Hi"}],"usage":{"input_tokens":5,"output_tokens":\#(value),"total_tokens":10}}"#
        let response = try withBytes(answer) { try ResponsesScan.read(whole: $0) }
        #expect(response.isNonsense == isNonsense && !response.lacksOutput && response.usage?.totalOutput == 5)
    }

    @Test("has a stream of Responses counted once, by its events or by the answer at its end")
    func responses() throws {
        let end =
            #"{"type":"response.completed","response":{"output":[{"text":"Hello"}],"usage":{"input_tokens":10,"output_tokens":null}}}"#
        var scan = ResponsesScan()
        let piece = try withBytes(end) { try scan.read(data: $0) }
        #expect(piece.lacksOutput && piece.content.bytes == 5)
        scan = ResponsesScan()
        let delta = try withBytes(#"{"type":"response.output_text.delta","delta":"Hello"}"#) { try scan.read(data: $0) }
        #expect(delta.content.bytes == 5)
        let last = try withBytes(end) { try scan.read(data: $0) }
        #expect(last.lacksOutput && last.content.bytes == 0)
    }

    @Test("has no figures of ours put into Anthropic's last event, which are not known by then")
    func places() throws {
        var counted = AnthropicUsage()
        func read(_ data: String) throws -> AnthropicEvent {
            try withBytes("data: \(data)\n\n") { try AnthropicEvent.read($0, counted: &counted).event }
        }
        _ = try read(#"{"type":"message_start","message":{"usage":{"input_tokens":7,"output_tokens":1}}}"#)
        let end = try read(#"{"type":"message_delta","usage":{"output_tokens":null}}"#)
        #expect(end.hasUsage && end.usage == nil && counted.lacksOutput)
    }
}
