import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Files of text that come in base64.
@Suite("Files of text")
struct TextFileTests {
    // `a,b` and, in Latin-1, `é`.
    private static let csv = "data:text/csv;base64,YSxi"
    private static let latin = "data:text/plain;base64,6Q=="

    private func chat(_ data: String) -> String {
        #"{"model":"m","max_tokens":99,"messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.csv","file_data":"\#(data)"}},{"type":"text","text":"?"}]}]}"#
    }

    private func responses(_ data: String) -> String {
        #"{"model":"m","max_output_tokens":99,"input":[{"type":"message","role":"user","content":[{"type":"input_file","filename":"a.csv","file_data":"\#(data)"},{"type":"input_text","text":"?"}]}]}"#
    }

    @Test("are documents of text for Anthropic, Bedrock, Cohere and Gemini, and text for the others")
    func elsewhere() throws {
        for (body, caller) in [
            (chat(Self.csv), OpenAIChat.self as any InboundDialect.Type),
            (responses(Self.csv), OpenAIResponses.self as any InboundDialect.Type),
        ] {
            let claude = try Translated(body, from: caller, to: AnthropicMessages.self, model: "claude-haiku-4-5")
            #expect(claude["messages.0.content.0.source.media_type"] as? String == "text/plain")
            #expect(claude["messages.0.content.0.source.data"] as? String == "a,b")
            #expect(claude["messages.0.content.0.title"] as? String == "a.csv" && claude.losses.isEmpty)
            let bedrock = try Translated(body, from: caller, to: BedrockConverse.self, model: "amazon.nova-lite-v1:0")
            #expect(bedrock["messages.0.content.0.document.format"] as? String == "csv")
            #expect(bedrock["messages.0.content.0.document.source.bytes"] as? String == "YSxi")
            let cohere = try Translated(body, from: caller, to: CohereChat.self)
            #expect(cohere["documents.0.data.text"] as? String == "a,b" && cohere.refused.isEmpty)
            let gemini = try Translated(body, from: caller, to: GeminiChat.self, model: "gemini-2.5-flash")
            #expect(gemini["contents.0.parts.0.inlineData.data"] as? String == "YSxi" && gemini.refused.isEmpty)
            let mistral = try Translated(body, from: caller, to: MistralChat.self)
            #expect(mistral["messages.0.content.0.text"] as? String == "a.csv\n\na,b" && mistral.refused.isEmpty)
        }
        let asked = try Translated(responses(Self.csv), from: OpenAIResponses.self, to: OpenAIChat.self)
        #expect(asked["messages.0.content.0.text"] as? String == "a.csv\n\na,b" && asked.refused.isEmpty)
    }

    @Test(
        "are in their own dialect what they were",
        arguments: [csv, latin, "data:text/plain;charset=utf-8;base64,YQ"])
    func own(data: String) throws {
        let chat = try Translated(chat(data), to: OpenAIChat.self)
        #expect(chat["messages.0.content.0.file.filename"] as? String == "a.csv" && chat.losses.isEmpty)
        let input = try Translated(responses(data), from: OpenAIResponses.self, to: OpenAIResponses.self)
        #expect(input["input.0.content.0.filename"] as? String == "a.csv" && input.losses.isEmpty)
        #expect(chat["messages.0.content.0.file.file_data"] as? String == data)
        #expect(input["input.0.content.0.file_data"] as? String == data)
    }

    @Test("in another encoding than UTF-8 are refused by Anthropic, which is told as it is")
    func encoding() throws {
        let request = try Translated(chat(Self.latin), to: AnthropicMessages.self)
        #expect(request.refused == ["messages[0].content"])
        #expect(request.outbound.losses.all[0].reason == "The target takes documents of text in UTF-8 only.")
    }

    private static let found =
        #"{"type":"search_result","source":"https://a.example","title":"A","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}]}"#
    private static let pieces =
        #"{"type":"document","title":"B","source":{"type":"content","content":[{"type":"text","text":"three"}]}}"#

    /// Of a caller of Anthropic's, with a document said and another one found by a tool.
    private static let document = """
        {"model":"m","max_tokens":99,"messages":[{"role":"user","content":[\(pieces),{"type":"text","text":"?"}]},
         {"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[\(found)]}]}]}
        """

    @Test("and those of Anthropic's that come in pieces, and what its callers' searches found, are text for others")
    func elsewhereInPieces() throws {
        let result = "A\n\nhttps://a.example\n\none\ntwo"
        for provider in [OpenAIChat.self, MistralChat.self] as [any OutboundDialect.Type] {
            let request = try Translated(Self.document, from: AnthropicMessages.self, to: provider)
            #expect(request["messages.0.content.0.text"] as? String == "B\n\nthree")
            let content = request["messages.2.content"] as? String ?? request["messages.2.content.0.text"] as? String
            #expect(content == result && request["messages.3"] == nil && request.refused.isEmpty)
        }
        let gemini = try Translated(
            Self.document, from: AnthropicMessages.self, to: GeminiChat.self, model: "gemini-2.5-flash")
        #expect(gemini["contents.0.parts.0.inlineData.mimeType"] as? String == "text/plain")
        #expect(gemini["contents.2.parts.0.functionResponse.response.output"] as? String == result)
        let cohere = try Translated(Self.document, from: AnthropicMessages.self, to: CohereChat.self)
        #expect(cohere["documents.0.data.title"] as? String == "B" && cohere["messages.2.content"] as? String == result)
        let bedrock = try Translated(
            Self.document, from: AnthropicMessages.self, to: BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        #expect(bedrock["messages.2.content.0.toolResult.content.0.document.name"] as? String == "A")
        #expect(gemini.refused.isEmpty && cohere.refused.isEmpty && bedrock.refused.isEmpty)
    }

    @Test("those in pieces and search results are what they were for Anthropic, and refused elsewhere with pictures")
    func piecesOwn() throws {
        let own = try Translated(
            Self.document, from: AnthropicMessages.self, to: AnthropicMessages.self, model: "m", limit: 99)
        #expect(try own.difference(from: Self.document) == nil)
        let picture = #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}"#
        let other = Self.document.replacing(#"{"type":"text","text":"three"}"#, with: picture)
        let request = try Translated(other, from: AnthropicMessages.self, to: OpenAIChat.self)
        #expect(request.refused == ["messages[0].content"])
    }
}
