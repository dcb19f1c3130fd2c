import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("What a request needs of a model")
struct RequestNeedsTests {
    private func request(_ body: String, _ endpoint: GovernedEndpoint = .chat) throws -> ScannedRequest {
        var body = body
        let address = endpoint == .generateContent ? RequestAddress(model: "m") : RequestAddress()
        return try body.withUTF8 {
            try ScannedRequest(UnsafeRawBufferPointer($0), endpoint: endpoint, address: address)
        }
    }

    private func needs(_ member: String, _ endpoint: GovernedEndpoint = .chat) throws -> ModelCapabilities {
        switch endpoint {
        case .responses: try request(#"{"model":"m","input":"hi",\#(member)}"#, endpoint).needs
        case .generateContent: try request(#"{"contents":[{"parts":[{"text":"hi"}]}],\#(member)}"#, endpoint).needs
        default: try request(#"{"model":"m","messages":[{"role":"user","content":"hi"}],\#(member)}"#, endpoint).needs
        }
    }

    @Test(
        "members of a chat, on both sides of what they may say",
        arguments: [
            (#""tools":[{"type":"function","function":{"name":"f"}}]"#, .tools), (#""tools":[]"#, []),
            (#""tools":[{"type":"web_search"}]"#, []), (#""functions":[{"name":"f"}]"#, .tools),
            (#""response_format":{"type":"json_schema","json_schema":{}}"#, .jsonSchema),
            (#""response_format":{"type":"json_object"}"#, []), (#""response_format":null"#, []),
            (#""reasoning_effort":"low""#, .reasoning), (#""reasoning_effort":"none""#, []),
            (#""reasoning_effort":null"#, []), (#""reasoning":{"effort":"high"}"#, .reasoning),
            (#""reasoning":{"effort":"none"}"#, []), (#""reasoning":{"max_tokens":2000}"#, .reasoning),
            (#""reasoning":{"max_tokens":0}"#, []), (#""reasoning":{"enabled":true}"#, .reasoning),
            (#""reasoning":{"enabled":false}"#, []), (#""thinking":{"type":"enabled"}"#, .reasoning),
            (#""thinking":{"type":"disabled"}"#, []), (#""modalities":["text","audio"]"#, .audioOutput),
            (#""modalities":["text"]"#, []), (#""temperature":1"#, []),
        ] as [(String, ModelCapabilities)])
    func chat(member: String, needs: ModelCapabilities) throws { #expect(try self.needs(member) == needs) }

    @Test(
        "a chat's tools that OpenAI would refuse are noticed",
        arguments: [
            (#""tools": [{"type": "function", "name": "f", "parameters": {}}]"#, true),
            (#""tools": [{"type": "function", "function": {"name": "f"}}, {"name": "g", "type": "function"}]"#, true),
            (#""tools": [{"name": "f", "parameters": {}}]"#, true),
            (#""tools": [{"name": "f", "input_schema": {}}]"#, true),
            (#""tools": [{"type": "custom", "name": "f", "input_schema": {}}]"#, true),
            (#""tool_choice": {"type": "function", "name": "f"}"#, true),
            (#""tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]"#, false),
            (#""tools": [{"name": "f", "function": {"name": "f"}}]"#, false),
            (#""tools": [{"type": "custom", "custom": {"name": "f"}}]"#, false),
            (#""tools": [{"type": "web_search_20250305", "name": "web_search"}]"#, false),
            (#""tools": []"#, false), (#""functions": [{"name": "f"}]"#, false),
            (#""tool_choice": {"type": "function", "function": {"name": "f"}}"#, false),
            (#""tool_choice": "auto""#, false), (#""tool_choice": {"type": "auto"}"#, false),
        ])
    func flatTools(member: String, isFlat: Bool) throws {
        #expect(try request(#"{"model": "m", "messages": [{}], \#(member)}"#).hasFlatTools == isFlat)
        // Anthropic's own are as they should be.
        #expect(try !request(#"{"model": "m", "messages": [{}], \#(member)}"#, .messages).hasFlatTools)
    }

    @Test(
        "parts of a message",
        arguments: [
            (#"{"type":"image_url","image_url":{"url":"https://h/x.png"}}"#, .vision),
            (#"{"type":"input_audio","input_audio":{"data":"\/\/PE","format":"mp3"}}"#, .audioInput),
            (#"{"type":"file","file":{"file_data":"data:application/pdf;base64,AAAA"}}"#, .pdf),
            (#"{"type":"file","file":{"file_data":"data:text\/csv;base64,AAAA"}}"#, []),
            (#"{"type":"file","file":{"file_data":"data:text/csv;base64,AAAA","file_data":"AAAA"}}"#, .pdf),
            (#"{"type":"video_url","video_url":{"url":"https://h/x.mp4"}}"#, .videoInput),
            (#"{"type":"document_url","document_url":"https://h/x.pdf"}"#, .pdf),
            (#"{"type":"text","text":"an image_url of a file"}"#, []),
        ] as [(String, ModelCapabilities)])
    func parts(part: String, needs: ModelCapabilities) throws {
        let body = #"{"model":"m","messages":[{"role":"user","content":[\#(part)]}]}"#
        #expect(try request(body).needs == needs)
        #expect(try request(body).hasTextFiles == (needs.isEmpty && part.contains("text\\/csv")))
    }

    @Test(
        "Anthropic's, OpenAI's Responses' and Gemini's own names",
        arguments: [
            (#""tools":[{"name":"f","input_schema":{}}]"#, .messages, .tools),
            (#""thinking":{"type":"adaptive"}"#, .messages, .reasoning),
            (#""output_config":{"format":{"type":"json_schema"}}"#, .messages, .jsonSchema),
            (#""output_config":{"effort":"high"}"#, .messages, []),
            (#""output_format":{"type":"json_schema"}"#, .messages, .jsonSchema),
            (#""text":{"format":{"type":"json_schema"}}"#, .responses, .jsonSchema),
            (#""text":{"format":{"type":"text"}}"#, .responses, []),
            (#""reasoning":{"effort":"low"}"#, .responses, .reasoning),
            (#""tools":[{"type":"function","name":"f"}]"#, .responses, .tools),
            (#""tools":[{"functionDeclarations":[{"name":"f"}]}]"#, .generateContent, .tools),
            (#""tools":[{"googleSearch":{}}]"#, .generateContent, []),
            (#""generationConfig":{"responseSchema":{}}"#, .generateContent, .jsonSchema),
            (#""generationConfig":{"response_json_schema":{}}"#, .generateContent, .jsonSchema),
            (#""generationConfig":{"thinkingConfig":{"thinkingBudget":0}}"#, .generateContent, []),
            (#""generationConfig":{"thinkingConfig":{"thinkingBudget":-1}}"#, .generateContent, .reasoning),
            (#""generationConfig":{"thinkingConfig":{"thinkingLevel":"high"}}"#, .generateContent, .reasoning),
            (
                #""generationConfig":{"thinkingConfig":{"thinkingLevel":"THINKING_LEVEL_UNSPECIFIED"}}"#,
                .generateContent, []
            ),
            (#""generationConfig":{"responseModalities":["AUDIO"]}"#, .generateContent, .audioOutput),
        ] as [(String, GovernedEndpoint, ModelCapabilities)])
    func dialects(member: String, endpoint: GovernedEndpoint, needs: ModelCapabilities) throws {
        #expect(try self.needs(member, endpoint) == needs)
    }

    @Test("media in other dialects") func media() throws {
        let anthropic =
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AAAA"}}]}]}"#
        #expect(try request(anthropic, .messages).needs == .pdf)
        let image =
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}]}"#
        #expect(try request(image, .messages).needs == .vision)
        let responses = #"{"model":"m","input":[{"role":"user","content":[{"type":"input_file","file_data":"AAAA"}]}]}"#
        #expect(try request(responses, .responses).needs == .pdf)
        let gemini =
            #"{"contents":[{"parts":[{"inlineData":{"mimeType":"video/mp4","data":"AAAA"}},{"inlineData":{"mimeType":"audio/wav","data":"AAAA"}}]}]}"#
        #expect(try request(gemini, .generateContent).needs == [.videoInput, .audioInput])
    }

    @Test("the conversation, where the caller names it") func session() throws {
        func session(_ member: String) throws -> Affinity? {
            try request(#"{"model":"m","messages":[{"role":"user","content":"hi"}]\#(member)}"#).session
        }
        #expect(try session(#","prompt_cache_key":"s-1""#) == Affinity("s-1"))
        #expect(try session("") == nil)
    }

    // MARK: What the text shows

    private func signals(_ message: String) throws -> TextSignals {
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"prove"},{"role":"user","content":"\#(message)"}]}"#
        var bytes = body
        let request = try request(body)
        return bytes.withUTF8 { request.signals(in: UnsafeRawBufferPointer($0)) }
    }

    @Test(
        "words by their beginnings, in the last message, whatever their case",
        arguments: [
            ("Prove it", ["prove"]), ("improve it", []), (#"so:\nProve it"#, ["prove"]), ("ANALYSE", ["analy"]),
            ("a trade-off, step by step", ["trade-off", "step by step"]), ("nothing", []),
        ])
    func words(message: String, words: [String]) throws {
        let found = try signals(message).words
        #expect(Complexity.words.indices.filter { found & (1 << $0) != 0 }.map { Complexity.words[$0] } == words)
    }

    @Test(
        "code by a fence or by two lines that begin like a program's",
        arguments: [
            ("see ```x```", true), (#"def f():\n  import os"#, true), ("class of 1999", false),
            (#"def f():\nand so on"#, false), ("the class was important", false), (#"import a\n\tfunc b"#, true),
        ])
    func code(message: String, hasCode: Bool) throws { #expect(try signals(message).hasCode == hasCode) }

    @Test("messages and tools are counted") func counts() throws {
        #expect(try signals("x").messages == 2)
        #expect(try signals("x").tools == 0)
    }
}
