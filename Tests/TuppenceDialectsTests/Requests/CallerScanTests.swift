import Testing
import TuppenceCore

@testable import TuppenceDialects

private func scan(
    _ text: String, _ endpoint: GovernedEndpoint, _ address: RequestAddress = RequestAddress()
) throws(Refusal) -> ScannedRequest {
    let result: Result<ScannedRequest, Refusal> = withBytes(text) { bytes in
        do throws(Refusal) {
            return .success(try ScannedRequest(bytes, endpoint: endpoint, address: address))
        } catch { return .failure(error) }
    }
    return try result.get()
}

private let gemini = RequestAddress(model: "anthropic/claude", streams: true)

@Suite("What decides about a request of Responses or Gemini")
struct CallerScanTests {
    @Test("the limit of Responses is max_output_tokens, whatever else has a name like it")
    func responses() throws {
        let request = try scan(
            #"{"model": "m", "input": "Hi", "max_output_tokens": 70, "max_tokens": 9, "stream": true, "user": "u"}"#,
            .responses)
        #expect(request.outputLimit == 70 && request.streams && request.wantsUsage && request.isToBeKept)
        #expect(request.user == "u" && request.demand.outputLimit == 70 && request.demand.producesOutput)
        #expect(try !scan(#"{"model": "m", "input": "Hi", "store": false}"#, .responses).isToBeKept)
    }

    @Test(
        "Gemini's model is in the path, its limit and its answers in generationConfig, in both spellings",
        arguments: [
            #"{"contents": [{"parts": [{"text": "Hi"}]}], "generationConfig": {"maxOutputTokens": 70, "candidateCount": 3, "thinkingConfig": {"thinkingBudget": 40}}}"#,
            #"{"contents": {"parts": [{"text": "Hi"}]}, "generation_config": {"max_output_tokens": 70, "candidate_count": 3, "thinking_config": {"thinking_budget": 40}}}"#,
        ])
    func content(text: String) throws {
        let request = try scan(text, .generateContent, gemini)
        #expect(request.model == "anthropic/claude" && request.streams)
        #expect(request.outputLimit == 70 && request.demand.answers == 3 && request.demand.outputFloor == 41)
    }

    @Test(
        "slashes that an encoder has escaped make nothing else of what is sent",
        arguments: [
            (
                GovernedEndpoint.messages,
                #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/4AAQ"}}]}]}"#
            ),
            (
                .generateContent,
                #"{"contents":[{"parts":[{"inlineData":{"mimeType":"image/jpeg","data":"/9j/4AAQ"}}]}]}"#
            ),
            (
                .generateContent,
                #"{"contents":[{"parts":[{"inlineData":{"mimeType":"audio/mp3","data":"//uQ/AAA"}}]}]}"#
            ),
        ])
    func escapedSlashes(endpoint: GovernedEndpoint, text: String) throws {
        let plain = try scan(text, endpoint, endpoint == .generateContent ? gemini : RequestAddress()).demand
        let escaped = try scan(
            text.replacing("/", with: "\\/"), endpoint, endpoint == .generateContent ? gemini : RequestAddress()
        ).demand
        #expect(escaped.needs == plain.needs && plain.needs != [])
        #expect(escaped.inputEstimate == plain.inputEstimate)
    }

    @Test(
        "text counts wherever it stands",
        arguments: [
            (GovernedEndpoint.responses, #"{"model": "m", "input": "Hi", "instructions": "@"}"#),
            (
                .responses,
                #"{"model": "m", "input": [{"role": "user", "content": "Hi"}, {"type": "function_call_output", "call_id": "c", "output": "@"}]}"#
            ),
            (
                .responses,
                #"{"model": "m", "input": "Hi", "text": {"format": {"type": "json_schema", "schema": {"description": "@"}}}}"#
            ),
            (.generateContent, #"{"contents": [{"parts": [{"text": "@"}]}]}"#),
            (
                .generateContent,
                #"{"contents": [{"parts": [{"functionCall": {"name": "f", "args": {"inlineData": "@"}}}]}]}"#
            ),

        ])
    func counted(endpoint: GovernedEndpoint, text: String) throws {
        let address = endpoint == .responses ? RequestAddress() : gemini
        func bound(_ words: Int) throws -> Int {
            let request = try scan(
                text.replacing("@", with: String(repeating: "word ", count: words)), endpoint, address)
            return request.demand.inputBound.bound(by: InputRules(model: "m"))
        }
        #expect(try bound(1_000) - bound(0) >= 1_000)
    }

    @Test(
        "a file is held for as one, by whichever member it comes",
        arguments: [
            #"{"type": "input_file", "file_data": "JVBERi0x"}"#, #"{"type": "input_file", "file_url": "https://x/y"}"#,
            #"{"type": "input_image", "file_id": "file-1"}"#,
        ])
    func files(part: String) throws {
        let text = #"{"model": "m", "input": [{"role": "user", "content": [\#(part)]}]}"#
        #expect(try scan(text, .responses).demand.inputBound.bound(by: InputRules(model: "m")) >= 2_097_152)
    }

    @Test("a configuration of Gemini's that is null is replaced where it stands; one that is no object is refused")
    func configuration() throws {
        let provider = Provider(id: "g", baseURL: "http://localhost", dialect: .gemini)
        for name in ["generationConfig", "generation_config"] {
            let text = #"{"contents":[{}],"\#(name)": null ,"safetySettings":[]}"#
            let edits = try scan(text, .generateContent, gemini).edits(for: "m", outputLimit: 7, provider: provider)
            #expect(
                withBytes(text) { string(edits.applied(to: $0)) }
                    == #"{"contents":[{}],"\#(name)": {"maxOutputTokens":7} ,"safetySettings":[]}"#)
        }
        for value in ["[]", "\"x\"", "1", "true"] {
            #expect(throws: Refusal.self) {
                try scan(#"{"contents":[{}],"generationConfig":\#(value)}"#, .generateContent, gemini)
            }
        }
    }

    @Test(
        "what lies at a provider, or costs there in its own way, is refused",
        arguments: [
            (GovernedEndpoint.responses, #"{"model": "m", "input": "Hi", "conversation": "c"}"#, "conversation"),
            (.responses, #"{"model": "m", "input": "Hi", "prompt": {"id": "p"}}"#, "prompt"),
            (.responses, #"{"model": "m", "input": "Hi", "background": true}"#, "background"),
            (.responses, #"{"model": "m", "input": [{"type": "item_reference", "id": "x"}]}"#, "input"),
            (.responses, #"{"model": "m", "input": [{"id": "msg_1"}]}"#, "input"),
            (.responses, #"{"model": "m", "input": [{"type": null, "id": "msg_1"}]}"#, "input"),
            (.responses, #"{"model": "m", "input": [{"id": "msg_1", "role": null}]}"#, "input"),
            (.responses, #"{"model": "m", "input": [{"type": "image_generation_call", "id": "ig_1"}]}"#, "input"),
            (
                .responses, #"{"model": "m", "input": [{"type": "image_generation_call", "id": "x", "result": null}]}"#,
                "input"
            ),
            (.responses, #"{"model": "m", "input": "Hi", "tools": [{"type": "file_search"}]}"#, "tools[0]"),
            (
                .responses,
                #"{"model": "m", "input": [{"type": "additional_tools", "tools": [{"type": "function"}, {"type": "mcp"}]}]}"#,
                "input[0].tools[1]"
            ),
            (
                .responses,
                #"{"model": "m", "input": "Hi", "tools": [{"type": "namespace", "tools": [{"type": "code_interpreter"}]}]}"#,
                "tools[0].tools[0]"
            ),
            (.responses, #"{"model": "m", "input": "Hi", "tools": [{"type": "shell"}]}"#, "tools[0]"),
            (
                .responses,
                #"{"model": "m", "input": "Hi", "tools": [{"type": "shell", "environment": {"type": "container_auto"}}]}"#,
                "tools[0]"
            ),
            (.responses, #"{"model": "m", "input": "Hi", "tools": [{"type": "tool_search"}]}"#, "tools[0]"),
            (
                .responses, #"{"model": "m", "input": "Hi", "tools": [{"type": "shell", "execution": "client"}]}"#,
                "tools[0]"
            ),
            (.responses, #"{"model": "m", "input": "Hi", "previous_response_id": "resp_1"}"#, "previous_response_id"),
            (.responses, #"{"model": "m", "input": "Hi", "input": "Ho"}"#, "input"),
            (.responses, #"{"model": "m"}"#, "input"),
            (.responses, #"{"model": "m", "input": "Hi", "models": ["x"]}"#, "models"),
            (
                .messages,
                #"{"model": "m", "max_tokens": 9, "messages": [{}], "tools": [{"type": "advisor_20260301", "name": "advisor", "model": "x"}]}"#,
                "tools"
            ),
            (
                .messages, #"{"model": "m", "max_tokens": 9, "messages": [{}], "speed": "turbo"}"#, "speed"
            ),
            (
                .messages,
                #"{"model": "m", "max_tokens": 9, "messages": [{}], "speed": "fast", "speed": "standard"}"#, "speed"
            ),
            (
                .messages, #"{"model": "m", "max_tokens": 9, "messages": [{}], "thread": {"type": "create"}}"#, "thread"
            ),
            (
                .countTokens,
                #"{"model": "m", "messages": [{}], "thread": {"type": "continue", "previous_message_id": "msg_1"}}"#,
                "thread"
            ),
            (
                .messages,
                #"{"model": "m", "max_tokens": 9, "messages": [{}], "billing_policy": {"type": "billing_policy", "bill_to": "user_profile"}}"#,
                "billing_policy"
            ),
            (
                .messages,
                #"{"model": "m", "max_tokens": 9, "messages": [{}], "billing_policy": {"bill_to": "user_profile", "bill_to": "self"}}"#,
                "billing_policy"
            ),
            (.messages, #"{"model": "m", "messages": [{}], "billing_policy": "user_profile"}"#, "billing_policy"),
            (.generateContent, #"{"contents": [{}], "cachedContent": "c"}"#, "cachedContent"),
            (
                .generateContent, #"{"contents": [{}], "generationConfig": {}, "generation_config": {}}"#,
                "generationConfig"
            ),
            (.generateContent, #"{"contents": []}"#, "contents"), (.generateContent, "{}", "contents"),
        ])
    func refused(endpoint: GovernedEndpoint, text: String, parameter: String) {
        #expect {
            try scan(text, endpoint, endpoint == .responses ? RequestAddress() : gemini)
        } throws: { ($0 as? Refusal)?.parameter == parameter }
    }

    @Test(
        "tools that the caller runs itself cost nothing at the provider",
        arguments: [
            #"{"type": "computer_use_preview", "display_width": 9}"#, #"{"type": "computer"}"#,
            #"{"type": "shell", "environment": {"type": "local"}}"#, #"{"execution": "client", "type": "tool_search"}"#,
            #"{"type": "local_shell"}"#, #"{"type": "apply_patch"}"#, #"{"type": "custom", "name": "x"}"#,
            #"{"type": "namespace", "name": "x", "tools": [{"type": "function", "name": "f"}]}"#,
        ])
    func callersTools(tool: String) throws {
        let alone = try scan(#"{"model": "m", "input": "Hi", "tools": [\#(tool)]}"#, .responses)
        let brought = try scan(
            #"{"model": "m", "input": [{"type": "additional_tools", "tools": [\#(tool)]}]}"#, .responses)
        for request in [alone, brought] { #expect(request.demand.searches == 0) }
    }

    @Test("searches are held for by whichever member they come")
    func broughtSearches() throws {
        let request = try scan(
            #"{"model": "m", "input": [{"type": "additional_tools", "tools": [{"type": "web_search"}]}]}"#, .responses)
        #expect(request.demand.searches == Searches.unlessLimited)
    }

    @Test("thoughts that are given by their id alone are held for")
    func unknownThoughts() throws {
        func bound(_ more: String) throws -> Int {
            try scan(
                #"{"model": "m", "input": [{"role": "user", "content": "Hi", "id": "msg_1"}, {"type": "reasoning", "id": "rs_1", "summary": []\#(more)}]}"#,
                .responses
            ).demand.inputBound.bound(by: InputRules(model: "m"))
        }
        #expect(try bound("") - bound(#", "encrypted_content": "gAAA""#) >= 30_000)
        #expect(try bound(#", "encrypted_content": null"#) >= bound(""))
    }

    @Test("a thread is refused in the words that Anthropic's SDKs go on without one after")
    func thread() {
        #expect {
            try scan(#"{"model": "m", "max_tokens": 9, "messages": [{}], "thread": {"type": "create"}}"#, .messages)
        } throws: { ($0 as? Refusal)?.anthropicDetail == "thread_unsupported_request" }
    }

    @Test(
        "a thread that is none, and a bill to ourselves, are no matter",
        arguments: [
            #""thread": null"#, #""billing_policy": null"#, #""billing_policy": {"type": "billing_policy"}"#,
            #""billing_policy": {"type": "billing_policy", "bill_to": "self"}"#,
        ])
    func ownBill(member: String) throws {
        _ = try scan(#"{"model": "m", "max_tokens": 9, "messages": [{}], \#(member)}"#, .messages)
    }

    @Test("nothing that is null is asked for")
    func nulls() throws {
        _ = try scan(
            #"{"model": "m", "input": "Hi", "conversation": null, "prompt": null, "previous_response_id": null, "background": false}"#,
            .responses)
    }
}
