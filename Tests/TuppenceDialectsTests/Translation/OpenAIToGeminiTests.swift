import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What callers who speak OpenAI's dialect get through to Gemini, and back.
@Suite("OpenAI's dialect to Gemini")
struct OpenAIToGeminiTests {
    private func ask(
        _ members: String, messages: String = #"[{"role":"user","content":"Hi"}]"#, model: String = "gemini-2.5-flash"
    ) throws -> (body: JSONDocument, outbound: OutboundRequest) {
        let body = #"{"model":"any","messages":\#(messages)\#(members.isEmpty ? "" : ",")\#(members)}"#
        let request = try OpenAIChat.readRequest(Array(body.utf8), address: RequestAddress())
        let outbound = GeminiChat.write(request, to: OutboundTarget(model: model))
        return (try JSONDocument(outbound.body), outbound)
    }

    private func answer(_ candidate: String, more: String = "") throws -> JSONDocument {
        let body = #"""
            {"candidates":[\#(candidate)],"modelVersion":"gemini-2.5-flash","responseId":"answer0123456789abcd",
            "usageMetadata":{"promptTokenCount":10,"cachedContentTokenCount":4,"candidatesTokenCount":5,"thoughtsTokenCount":7,
            "totalTokenCount":22}\#(more)}
            """#
        return try JSONDocument(OpenAIChat.write(try GeminiChat.readAnswer(Array(body.utf8)), in: .test))
    }

    private func stream(_ chunks: [String]) throws -> [JSONDocument] {
        let body = chunks.map { "data: \($0.replacing("\n", with: " "))\r\n\r\n" }.joined()
        return try JSONDocument.events(
            Tests.stream(events(of: GeminiChat.self, Array(body.utf8)), to: OpenAIChat.self))
    }

    private func losses(_ outbound: OutboundRequest) -> [String] {
        outbound.losses.all.map { "\($0.field) \($0.effect)" }
    }

    @Test("texts and instructions go where Gemini has them")
    func texts() throws {
        let (body, outbound) = try ask(
            #""max_tokens":100,"temperature":0.5,"top_p":0.9,"seed":7,"frequency_penalty":0.1,"presence_penalty":0.2"#,
            messages: #"""
                [{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},
                {"role":"assistant","content":"Hello"},{"role":"user","content":[{"type":"text","text":"Bye"}]}]
                """#)
        #expect(outbound.path == "models/gemini-2.5-flash:generateContent")
        #expect(body["systemInstruction/parts/0/text"] == "Be brief.")
        #expect(body["contents/0"] == #"{"parts":[{"text":"Hi"}],"role":"user"}"#)
        #expect(body["contents/1"] == #"{"parts":[{"text":"Hello"}],"role":"model"}"#)
        #expect(body["contents/2/parts/0/text"] == "Bye")
        #expect(body["generationConfig/maxOutputTokens"] == "100")
        #expect(body["generationConfig/seed"] == "7")
        #expect(losses(outbound) == [])
        let answer = try answer(
            #"{"content":{"parts":[{"text":"Good"},{"text":" day"}],"role":"model"},"finishReason":"STOP","index":0}"#)
        #expect(answer["choices/0/message/content"] == "Good day")
        #expect(answer["choices/0/finish_reason"] == "stop")
        #expect(answer["usage/prompt_tokens"] == "10")
        #expect(answer["usage/prompt_tokens_details/cached_tokens"] == "4")
        #expect(answer["usage/completion_tokens"] == "12")
        #expect(answer["usage/completion_tokens_details/reasoning_tokens"] == "7")
    }

    @Test("an instruction in the middle is moved to the front, and named")
    func lateInstruction() throws {
        let (body, outbound) = try ask(
            "",
            messages:
                #"[{"role":"user","content":"Hi"},{"role":"developer","content":"Be brief."},{"role":"user","content":"?"}]"#
        )
        #expect(body["systemInstruction/parts/0/text"] == "Be brief.")
        #expect(body.count("contents") == 2)
        #expect(losses(outbound) == ["messages[1] adjusted"])
    }

    @Test("a round with tools: calls with their names, results by the names of their calls, several at once")
    func tools() throws {
        let (body, outbound) = try ask(
            #""tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}],"tool_choice":"required""#,
            messages: #"""
                [{"role":"user","content":"Weather?"},
                {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}},
                {"id":"call_2","type":"function","function":{"name":"time","arguments":""}}]},
                {"role":"tool","tool_call_id":"call_1","content":"{\"degrees\":3}"},
                {"role":"tool","tool_call_id":"call_2","content":"noon"},
                {"role":"user","content":"And?"}]
                """#)
        #expect(body["tools/0/functionDeclarations/0/name"] == "weather")
        #expect(body["tools/0/functionDeclarations/0/parametersJsonSchema/type"] == "object")
        #expect(body["toolConfig/functionCallingConfig/mode"] == "ANY")
        #expect(
            body["contents/1/parts"]
                == #"[{"functionCall":{"args":{"city":"Oslo"},"id":"call_1","name":"weather"}},"#
                + #"{"functionCall":{"args":{},"id":"call_2","name":"time"}}]"#)
        #expect(
            body["contents/2/parts"]
                == #"[{"functionResponse":{"id":"call_1","name":"weather","response":{"degrees":3}}},"#
                + #"{"functionResponse":{"id":"call_2","name":"time","response":{"output":"noon"}}},{"text":"And?"}]"#)
        #expect(losses(outbound) == [])
        let answer = try answer(
            #"""
            {"content":{"parts":[{"functionCall":{"name":"weather","args":{"city":"Oslo"}},"thoughtSignature":"c2ln"},
            {"functionCall":{"name":"time"}}],"role":"model"},"finishReason":"STOP","index":0}
            """#)
        #expect(answer["choices/0/finish_reason"] == "tool_calls")
        #expect(answer["choices/0/message/tool_calls/0/id"] == "call_er0123456789abcd_0")
        #expect(answer["choices/0/message/tool_calls/0/function/arguments"] == #"{"city":"Oslo"}"#)
        #expect(answer["choices/0/message/tool_calls/1/function/arguments"] == "{}")
        #expect(answer["choices/0/message/reasoning_details/0/signature"] == "c2ln")
        #expect(answer["choices/0/message/reasoning_details/0/id"] == "call_er0123456789abcd_0")
    }

    @Test(
        "results with references in them go as text, for Gemini would look there for what they refer to",
        arguments: [
            (##"{"a":[{"$ref":"#/$defs/b"}]}"##, true), (#"{"$defs":{}}"#, true), (#"{"\u0024ref":"x"}"#, true),
            (#"{"price":"$5","a":"$ref"}"#, false),
        ])
    func references(result: String, isText: Bool) throws {
        let messages = """
            [{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c","content":\(RawJSON(JSONString(result)).text)}]
            """
        let (body, _) = try ask("", messages: messages)
        #expect(body["contents/1/parts/0/functionResponse/response/output"] == (isText ? result : nil))
        #expect((body["contents/1/parts/0/functionResponse/response/price"] != nil) == !isText)
    }

    @Test("a signature that the caller sends back goes with the call that it came with")
    func signature() throws {
        let message = #"""
            {"role":"assistant","content":"Let me see.","reasoning_details":[
            {"type":"reasoning.text","signature":"c2ln","id":"call_1","format":"google-gemini-v1","index":0}],
            "tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{}"}}]}
            """#
        let (body, outbound) = try ask(
            "",
            messages:
                #"[{"role":"user","content":"?"},\#(message),{"role":"tool","tool_call_id":"call_1","content":"3"}]"#,
            model: "gemini-3-pro-preview")
        #expect(body["contents/1/parts/0"] == #"{"text":"Let me see."}"#)
        #expect(body["contents/1/parts/1/thoughtSignature"] == "c2ln")
        #expect(losses(outbound) == [])
    }

    @Test("calls of another model are marked as unsigned, once a turn, for models that check")
    func unsigned() throws {
        let messages = #"""
            [{"role":"user","content":"?"},{"role":"assistant","tool_calls":[
            {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
            {"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"a","content":"1"},{"role":"tool","tool_call_id":"b","content":"2"}]
            """#
        let newer = try ask("", messages: messages, model: "gemini-3-flash-preview").body
        #expect(newer["contents/1/parts/0/thoughtSignature"] == "skip_thought_signature_validator")
        #expect(newer["contents/1/parts/1/thoughtSignature"] == nil)
        let older = try ask("", messages: messages).body
        #expect(older["contents/1/parts/0/thoughtSignature"] == nil)
    }

    @Test(
        "a choice of tools in Gemini's words",
        arguments: [
            (#""auto""#, #"{"mode":"AUTO"}"#), (#""none""#, #"{"mode":"NONE"}"#), (#""required""#, #"{"mode":"ANY"}"#),
            (#"{"type":"function","function":{"name":"f"}}"#, #"{"allowedFunctionNames":["f"],"mode":"ANY"}"#),
        ])
    func choice(openAI: String, gemini: String) throws {
        let (body, _) = try ask(#""tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":\#(openAI)"#)
        #expect(body["toolConfig/functionCallingConfig"] == gemini)
    }

    @Test("images by data and by address, files and sound")
    func media() throws {
        let (body, outbound) = try ask(
            "",
            messages: #"""
                [{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},
                {"type":"image_url","image_url":{"url":"https://example.com/a.webp?x=1"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},
                {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}]}]
                """#)
        #expect(body["contents/0/parts/0/inlineData"] == #"{"data":"iVBO","mimeType":"image/png"}"#)
        #expect(
            body["contents/0/parts/1/fileData"]
                == #"{"fileUri":"https://example.com/a.webp?x=1","mimeType":"image/webp"}"#)
        #expect(body["contents/0/parts/2/inlineData/mimeType"] == "application/pdf")
        #expect(body["contents/0/parts/3/inlineData"] == #"{"data":"UklG","mimeType":"audio/wav"}"#)
        #expect(losses(outbound) == [])
    }

    @Test(
        "what would be taken for something else than the image that is held for is refused",
        arguments: [
            "https://youtu.be/9hE5-98ZeCg", "https://www.youtube.com/watch?v=9hE5-98ZeCg",
            "http://m.YouTube.com/shorts/x",
            "https://x@youtube.com:443/watch?v=1", "https://h/film.mp4", "https://h/book.PDF?page=1",
            "https://h/a.m4a#t=1",
            "gs://bucket/film.mov", "https://generativelanguage.googleapis.com/v1beta/files/abc",
            "data:application/pdf;base64,JVBERi0x", "data:video/mp4;base64,AAAA",
        ])
    func falseImages(address: String) throws {
        let (body, outbound) = try ask(
            "",
            messages:
                #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(address)"}},{"type":"text","text":"?"}]}]"#
        )
        #expect(losses(outbound) == ["messages[0].content refused"])
        #expect(body.count("contents/0/parts") == 1)
        let message =
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"\#(address)"}}]}]}"#
        let request = try AnthropicMessages.readRequest(Array(message.utf8), address: RequestAddress())
        #expect(GeminiChat.write(request, to: OutboundTarget(model: "m")).losses.refusal(dropping: false) != nil)
    }

    @Test(
        "an image whose address does not end as one's does goes as one",
        arguments: [
            "https://h/i", "https://h/photo.php?id=film.mp4", "https://notyoutube.com/a", "https://h.pdf/i.jpeg",
        ])
    func plainImages(address: String) throws {
        let (body, outbound) = try ask(
            "", messages: #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(address)"}}]}]"#)
        #expect(losses(outbound) == [] && body["contents/0/parts/0/fileData/mimeType"] == "image/jpeg")
    }

    @Test("pictures in an answer, whole and streamed; sound is named where the dialect has no form for it")
    func pictures() throws {
        let parts =
            #"{"content":{"parts":[{"text":"Here: "},{"inlineData":{"mimeType":"image/png","data":"iVBO"}}],"role":"model"},"finishReason":"STOP","index":0}"#
        let answer = try answer(parts)
        #expect(answer["choices/0/message/content"] == "Here: ")
        #expect(answer["choices/0/message/images/0/image_url/url"] == "data:image/png;base64,iVBO")
        let events = try stream([
            "{\"candidates\":[\(parts)],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":2}}"
        ])
        let images = events.compactMap { $0["choices/0/delta/images/0/image_url/url"] }
        #expect(images == ["data:image/png;base64,iVBO"])
        let sound = try self.answer(
            #"{"content":{"parts":[{"inlineData":{"mimeType":"audio/wav","data":"UklG"}}]},"finishReason":"STOP","index":0}"#
        )
        #expect(sound["choices/0/message/content"]?.contains("left out") == true)
    }

    @Test("pictures in an answer to callers of other dialects")
    func picturesElsewhere() throws {
        let body =
            #"{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBO"}},{"text":"Done"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2}}"#
        let answer = try GeminiChat.readAnswer(Array(body.utf8))
        let responses = try JSONDocument(OpenAIResponses.write(answer, in: .test))
        #expect(responses["output/0/type"] == "image_generation_call" && responses["output/0/result"] == "iVBO")
        #expect(responses["output/1/content/0/text"] == "Done")
        let message = try JSONDocument(AnthropicMessages.write(answer, in: .test))
        #expect(message["content/0/text"]?.contains("a picture") == true && message["content/1/text"] == "Done")
        let chunks = Array("data: \(body)\r\n\r\n".utf8)
        let streamed = try JSONDocument.events(
            Tests.stream(events(of: GeminiChat.self, chunks), to: OpenAIResponses.self))
        let last = try #require(streamed.last)
        #expect(last["response/output/0/result"] == "iVBO" && last["response/output/1/content/0/text"] == "Done")
        #expect(streamed.contains { $0["item/type"] == "image_generation_call" && $0["item/status"] == "in_progress" })
        let told = try JSONDocument.events(
            Tests.stream(events(of: GeminiChat.self, chunks), to: AnthropicMessages.self))
        #expect(told.contains { $0["delta/text"]?.contains("a picture") == true })
        #expect(told.contains { $0["delta/text"] == "Done" })
        let own = try JSONDocument(GeminiChat.write(answer, in: .test))
        #expect(own["candidates/0/content/parts/0/inlineData/data"] == "iVBO")
    }

    @Test("a JSON schema, and what of it the target does not follow")
    func schema() throws {
        let (body, outbound) = try ask(
            #"""
            "response_format":{"type":"json_schema","json_schema":{"name":"a","strict":true,"schema":{"type":"object",
            "properties":{"pattern":{"type":"string","pattern":"^a"}}}}}
            """#)
        #expect(body["generationConfig/responseMimeType"] == "application/json")
        #expect(body["generationConfig/responseJsonSchema/properties/pattern/type"] == "string")
        #expect(losses(outbound) == ["response_format.json_schema.schema.pattern dropped"])
    }

    @Test("five stop sequences; a sixth is refused")
    func stop() throws {
        #expect(try ask(#""stop":"END""#).body["generationConfig/stopSequences"] == #"["END"]"#)
        #expect(try losses(ask(#""stop":["1","2","3","4","5"]"#).outbound) == [])
        let more = try ask(#""stop":["1","2","3","4","5","6"]"#)
        #expect(losses(more.outbound) == ["stop refused"])
        #expect(more.outbound.losses.refusal(dropping: false)?.parameter == "stop")
        #expect(more.outbound.losses.refusal(dropping: true) == nil)
    }

    @Test("a stream: role and text, calls whole, finish, usage")
    func streams() throws {
        #expect(try ask(#""stream":true"#).outbound.path == "models/gemini-2.5-flash:streamGenerateContent?alt=sse")
        let chunks = try stream([
            #"{"candidates":[{"content":{"parts":[{"text":"Grüße "}],"role":"model"},"index":0}],"responseId":"r","modelVersion":"m"}"#,
            #"{"candidates":[{"content":{"parts":[{"text":"dir"},{"functionCall":{"name":"f","args":{"a":1}}}]},"index":0}]}"#,
            #"{"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}"#,
        ])
        #expect(chunks.compactMap { $0["choices/0/delta/content"] }.joined() == "Grüße dir")
        let calls = chunks.filter { $0["choices/0/delta/tool_calls"] != nil }
        #expect(calls.first?["choices/0/delta/tool_calls/0/id"] == "call_r_0")
        #expect(calls.compactMap { $0["choices/0/delta/tool_calls/0/function/arguments"] }.joined() == #"{"a":1}"#)
        #expect(chunks.compactMap { $0["choices/0/finish_reason"] }.last { $0 != "null" } == "tool_calls")
        #expect(chunks.last?["usage/total_tokens"] == "5")
    }

    @Test(
        "an answer that was cut, filtered, or failed",
        arguments: [
            ("MAX_TOKENS", "length"), ("SAFETY", "content_filter"), ("PROHIBITED_CONTENT", "content_filter"),
        ])
    func finishes(gemini: String, openAI: String) throws {
        let answer = try answer(#"{"content":{"role":"model"},"finishReason":"\#(gemini)","index":0}"#)
        #expect(answer["choices/0/finish_reason"] == openAI)
    }

    @Test("a prompt that was blocked is a filtered answer, whole and streamed")
    func blocked() throws {
        let body = #"{"promptFeedback":{"blockReason":"SAFETY","blockReasonMessage":"No."}}"#
        let whole = try JSONDocument(OpenAIChat.write(try GeminiChat.readAnswer(Array(body.utf8)), in: .test))
        #expect(whole["choices/0/finish_reason"] == "content_filter")
        #expect(whole["choices/0/message/refusal"] == "No.")
        let chunks = try stream([body])
        #expect(chunks.compactMap { $0["choices/0/delta/refusal"] }.joined().contains("No."))
        #expect(chunks.contains { $0["choices/0/finish_reason"] == "content_filter" })
    }

    @Test("errors by what they mean, with the wait that stands in the body")
    func errors() throws {
        let limited = GeminiChat.readError(
            status: 429,
            body: Array(
                #"""
                {"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED","details":[
                {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"48.5s"}]}}
                """#.utf8))
        #expect(limited.kind == .rateLimit)
        #expect(limited.message == "Quota.")
        #expect(limited.retryAfter == Milliseconds(48_500))
        let key = GeminiChat.readError(
            status: 400,
            body: Array(
                #"[{"error":{"code":400,"message":"Bad.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#
                    .utf8))
        #expect(key.kind == .authentication)
        let long = GeminiChat.readError(
            status: 400,
            body: Array(
                #"{"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8).","status":"INVALID_ARGUMENT"}}"#
                    .utf8))
        #expect(long.kind == .contextTooLong)
    }

    @Test("an error within a stream ends it, and a stream without a finish is cut off")
    func brokenStreams() throws {
        let chunk = #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0}]}"#
        let failed = events(
            of: GeminiChat.self,
            Array(
                "data: \(chunk)\n\ndata: {\"error\":{\"code\":503,\"message\":\"Busy.\",\"status\":\"UNAVAILABLE\"}}\n\n"
                    .utf8))
        guard case .error(let error) = failed.last else {
            Issue.record("no error")
            return
        }
        #expect(error.kind == .overloaded)
        #expect(events(of: GeminiChat.self, Array("data: \(chunk)\n\n".utf8)).last == .error(.truncated))
    }

    @Test(
        "reasoning in the words of each generation",
        arguments: [
            ("gemini-2.5-flash", "none", #"{"thinkingBudget":0}"#),
            ("gemini-2.5-pro", "none", #"{"thinkingBudget":128}"#),
            ("gemini-2.5-flash", "low", #"{"includeThoughts":true,"thinkingBudget":1024}"#),
            ("gemini-2.5-flash", "high", #"{"includeThoughts":true,"thinkingBudget":24576}"#),
            ("gemini-3-pro-preview", "medium", #"{"includeThoughts":true,"thinkingLevel":"HIGH"}"#),
            ("gemini-3-flash-preview", "medium", #"{"includeThoughts":true,"thinkingLevel":"MEDIUM"}"#),
            ("gemini-3.1-pro-preview", "medium", #"{"includeThoughts":true,"thinkingLevel":"MEDIUM"}"#),
            ("gemini-3-flash-preview", "none", #"{"thinkingLevel":"MINIMAL"}"#),
            ("gemini-flash-latest", "xhigh", #"{"includeThoughts":true,"thinkingLevel":"HIGH"}"#),
        ])
    func reasoning(model: String, effort: String, configuration: String) throws {
        let (body, _) = try ask(#""reasoning_effort":"\#(effort)""#, model: model)
        #expect(body["generationConfig/thinkingConfig"] == configuration)
    }

    @Test("models that do not think are not told to, and the caller is told")
    func withoutReasoning() throws {
        let (body, outbound) = try ask(#""reasoning_effort":"high""#, model: "gemini-2.0-flash")
        #expect(body["generationConfig/thinkingConfig"] == nil)
        #expect(losses(outbound) == ["reasoning dropped"])
    }

    @Test("thoughts are reasoning, with their signature")
    func thoughts() throws {
        let answer = try answer(
            #"""
            {"content":{"parts":[{"text":"Hm.","thought":true},{"text":"Yes.","thoughtSignature":"c2ln"}]},
            "finishReason":"STOP","index":0}
            """#)
        #expect(answer["choices/0/message/reasoning_content"] == "Hm.")
        #expect(answer["choices/0/message/content"] == "Yes.")
        #expect(answer["choices/0/message/reasoning_details/1/signature"] == "c2ln")
    }

    @Test("log probabilities, several answers")
    func logprobs() throws {
        let (body, outbound) = try ask(#""logprobs":true,"top_logprobs":2,"n":2"#)
        #expect(body["generationConfig"] == #"{"candidateCount":2,"logprobs":2,"responseLogprobs":true}"#)
        #expect(losses(outbound) == [])
        let answer = try answer(
            #"""
            {"content":{"parts":[{"text":"é"}]},"finishReason":"STOP","index":0,"logprobsResult":{
            "chosenCandidates":[{"token":"é","logProbability":-0.5}],
            "topCandidates":[{"candidates":[{"token":"é","logProbability":-0.5},{"token":"e","logProbability":-1.25}]}]}}
            """#)
        #expect(answer["choices/0/logprobs/content/0/logprob"] == "-0.5")
        #expect(answer["choices/0/logprobs/content/0/bytes"] == "[195,169]")
        #expect(answer["choices/0/logprobs/content/0/top_logprobs/1/token"] == "e")
    }

    @Test("what a search found is annotations, counted in characters")
    func grounding() throws {
        let candidate = #"""
            {"content":{"parts":[{"text":"Grüße aus Köln."}]},"finishReason":"STOP","index":0,"groundingMetadata":{
            "groundingChunks":[{"web":{"uri":"https://example.com","title":"Example"}}],
            "groundingSupports":[{"segment":{"startIndex":12,"endIndex":17,"text":"Köln"},"groundingChunkIndices":[0]}]}}
            """#
        let whole = try answer(candidate)
        #expect(whole["choices/0/message/annotations/0/url_citation/url"] == "https://example.com")
        #expect(whole["choices/0/message/annotations/0/url_citation/start_index"] == "10")
        #expect(whole["choices/0/message/annotations/0/url_citation/end_index"] == "14")
        let chunks = try stream([#"{"candidates":[\#(candidate)]}"#])
        let annotation = chunks.compactMap { $0["choices/0/delta/annotations/0/url_citation/start_index"] }
        #expect(annotation == ["10"])
    }

    @Test(
        "what Gemini has no words for is refused, or dropped and named",
        arguments: [
            (#""logit_bias":{"1":5}"#, ["logit_bias refused"]), (#""user":"u""#, ["user dropped"]),
            (#""metadata":{"a":"b"},"store":true"#, ["metadata dropped", "store dropped"]),
            (#""temperature":2.5"#, ["temperature adjusted"]),
            (
                #""parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"f"}}]"#,
                ["parallel_tool_calls dropped"]
            ),
            (#""tools":[{"type":"web_search"}]"#, ["tools[0] refused"]),
        ])
    func losses(members: String, named: [String]) throws {
        #expect(try losses(ask(members).outbound) == named)
    }

    /// So that `stream` of this suite does not hide the function.
    private enum Tests {
        static func stream(_ events: [StreamEvent], to dialect: any InboundDialect.Type) -> [UInt8] {
            TuppenceDialectsTests.stream(events, to: dialect)
        }
    }
}
