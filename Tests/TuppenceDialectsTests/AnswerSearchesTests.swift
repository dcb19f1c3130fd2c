import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Searches that stand in an answer and not in its usage, by each of the ways in which answers are read.
@Suite("Searches that an answer tells of")
struct AnswerSearchesTests {
    private static func responses(_ output: String, _ usage: String = "") -> String {
        #"{"id":"r","model":"gpt-5-mini","output":[\#(output)],"usage":{"input_tokens":3,"output_tokens":2\#(usage)}}"#
    }
    private static let search = #"{"id":"ws","type":"web_search_call","action":{"type":"search","query":"q"}}"#
    private static let said =
        #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"web_search_call"}]}"#

    private static let outputs: [(String, String, Int)] = [
        (said, "", 0), ("\(search),\(search),\(said)", "", 2),
        // Before they said what they did.
        (#"{"type":"web_search_call","id":"ws","status":"completed"}"#, "", 1),
        (#"{"action":{"type":"open_page"},"type":"web_search_call"},\#(search)"#, "", 1),
        (#"{"type":"web_search_call","action":{"type":"find_in_page","pattern":"search"}}"#, "", 0),
        (#"{"type":"file_search_call"},{"type":"code_interpreter_call","action":{"type":"search"}},null,[]"#, "", 0),
        // xAI counts them itself, also those that came to nothing.
        (search, #","server_side_tool_usage_details":{"web_search_calls":0,"x_search_calls":0}"#, 0),
        ("\(search),\(search)", #","server_side_tool_usage_details":{"web_search_calls":3}"#, 3),
    ]

    @Test("a block of more values than are read, as the pieces of a stream may come to, is none")
    func large() {
        let many = String(repeating: "1,", count: JSONTree.maximumValues)
        let block = #"{"type":"web_search_tool_result","content":[],"input":[\#(many)1]}"#
        var choice = ChatAnswer.Choice(index: 0)
        choice.content = [
            .native(NativeBlock(type: "web_search_tool_result", json: RawJSON(checked: Array(block.utf8)[...])))
        ]
        var answer = ChatAnswer(origin: .anthropic)
        answer.choices = [choice]
        #expect(answer.searches == 0)
    }

    @Test("those of Responses are its calls that search, unless the usage counts them", arguments: outputs)
    func responses(output: String, usage: String, count: Int) throws {
        let answer = Self.responses(output, usage)
        let completed = #"{"type":"response.completed","response":\#(answer)}"#
        let created = #"{"type":"response.created","response":{"id":"r","output":[],"usage":null}}"#
        #expect(try read(.responses, [answer]) == count)
        #expect(try read(.responses, [created, completed]) == count)
        #expect(try withBytes(answer) { try ResponsesScan.read(whole: $0).usage?.search } == count)
        #expect(try scan(ResponsesScan(), [created, completed]) == count)
        // What is no item is no answer to translate.
        guard !output.contains("null") else { return }
        #expect(try OpenAIResponses.readAnswer(Array(answer.utf8)).usage?.usage.search == count)
        #expect(translated(OpenAIResponses.streamReader(), [created, completed]) == count)
    }

    private static func gemini(_ queries: String?, model: String, counts: Bool = true) -> String {
        let grounding =
            queries.map { #","groundingMetadata":{"groundingChunks":[],"webSearchQueries":[\#($0)]}"# } ?? ""
        let usage = counts ? #""usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2},"# : ""
        return
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]},"finishReason":"STOP"\#(grounding)}],\#(usage)"modelVersion":"\#(model)"}"#
    }

    @Test(
        "those of Gemini are its queries that differ and are not empty, and a prompt before Gemini 3",
        arguments: [
            (nil, "gemini-3.5-flash", 0), ("", "gemini-3.5-flash", 0), (#""a","b","c""#, "gemini-3.5-flash", 3),
            (#""","a","a","""#, "gemini-3.5-flash", 1), (#""a","b","c""#, "gemini-2.5-flash", 1),
            (nil, "gemini-2.5-flash", 0), (#""""#, "gemini-2.5-flash", 0), (#""a","b""#, "ours", 2),
        ] as [(String?, String, Int)])
    func gemini(queries: String?, model: String, count: Int) throws {
        let answer = Self.gemini(queries, model: model)
        #expect(try read(.gemini, [answer]) == count)
        #expect(try withBytes(answer) { try GeminiScan.read(whole: $0).usage?.search } == count)
        #expect(try GeminiChat.readAnswer(Array(answer.utf8)).usage?.usage.search == count)
    }

    @Test(
        "a stream of Gemini's that tells them again adds nothing up, nor does it lose those that come late",
        arguments: [
            ([#""a""#, #""a","b""#, #""b","a""#], 2), ([#""a","b""#, nil, nil], 2), ([nil, nil, #""a","b""#], 2),
        ]
            as [([String?], Int)])
    func geminiStream(chunks: [String?], count: Int) throws {
        // The last comes behind the counts.
        let events = chunks.enumerated().map {
            Self.gemini($1, model: "gemini-3.8-flash", counts: $0 < chunks.count - 1)
        }
        #expect(try read(.gemini, events) == count)
        #expect(try scan(GeminiScan(), events) == count)
        #expect(translated(GeminiChat.streamReader(), events) == count)
    }

    @Test("searches behind content that no count has make no old count the last word") func lateSearches() throws {
        var scan = GeminiScan()
        let early = #"{"usageMetadata":{"promptTokenCount":10,"totalTokenCount":10}}"#
        let known = try withBytes(early) { try scan.read(data: $0) }
        #expect(known.usage == Usage(input: 10) && !known.lacksOutput)
        let late = Self.gemini(#""a""#, model: "gemini-3.8-flash", counts: false)
        let piece = try withBytes(late) { try scan.read(data: $0) }
        #expect(piece.usage?.search == 1 && piece.lacksOutput)
    }

    @Test("a failed answer of Responses has searched all the same") func failedSearches() throws {
        let answer = """
            {"status":"failed","error":{"code":"server_error","message":"m"},"output":[{"type":"web_search_call"}],
             "usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}
            """
        var expected = Usage(input: 10, output: 5)
        expected.search = 1
        #expect(withBytes(answer) { OpenAIUsage(inAnswer: $0)?.usage } == expected)
    }

    private static let call = #"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#
    private static let found = #"{"type":"web_search_tool_result","tool_use_id":"s","content":[]}"#
    private static let failure =
        #"{"type":"web_search_tool_result","tool_use_id":"s","content":{"type":"web_search_tool_result_error","error_code":"unavailable"}}"#
    private static let other = #"{"type":"server_tool_use","id":"f","name":"web_fetch","input":{}}"#
    private static let text = #"{"type":"text","text":"server_tool_use"}"#
    /// With what has been made where the answer breaks off, and where it is complete.
    private static let blocks: [([String], Int, Int)] = [
        ([text], 0, 0), ([call, found, text], 1, 1), ([call, call], 2, 0), ([call, failure, call, found], 1, 1),
        ([failure], 0, 0), ([other, text], 0, 0), ([found, text, call], 1, 1), ([call, found, call], 2, 1),
    ]

    @Test(
        "those of Anthropic are its calls, less those that came to an error, and of a complete one its results",
        arguments: blocks)
    func anthropic(blocks: [String], begun: Int, count: Int) throws {
        let start =
            #"{"type":"message_start","message":{"id":"m","model":"c","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}"#
        let events =
            [start]
            + blocks.enumerated().map { #"{"type":"content_block_start","index":\#($0),"content_block":\#($1)}"# }
        var (passed, counted) = (AnthropicSearches(), AnthropicUsage())
        for event in events {
            let read = try withBytes("data: \(event)\n\n") { try AnthropicEvent.read($0, counted: &counted).event }
            if let word = read.search { passed.take(word) }
        }
        #expect(passed.begun == begun && passed.found == count)
        let answer = #"{"id":"m","type":"message","content":[\#(blocks.joined(separator: ","))]"#
        let uncounted = answer + "}"
        let whole = try withBytes(uncounted) { try AnthropicAnswer($0) }
        #expect(whole.used.search == count && whole.usage == nil && whole.contentBytes > 0)
        #expect(try AnthropicMessages.readAnswer(Array(uncounted.utf8)).searches == count)
        // Hosts that count no searches have made them all the same.
        let said = answer + #","usage":{"input_tokens":10,"output_tokens":5}}"#
        #expect(try withBytes(said) { try AnthropicAnswer($0) }.used.search == count)
        #expect(try AnthropicMessages.readAnswer(Array(said.utf8)).usage?.usage.search == count)
        let delta = #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}"#
        #expect(seen(AnthropicMessages.streamReader(), events) == begun)
        #expect(seen(AnthropicMessages.streamReader(), events + [delta]) == count)
        #expect(translated(AnthropicMessages.streamReader(), events + [delta]) == count)
    }

    @Test("a count of Anthropic's is the last word on searches, be it of none", arguments: [0, 2])
    func stated(count: Int) throws {
        let usage =
            #"{"input_tokens":10,"output_tokens":5,"server_tool_use":{"web_search_requests":\#(count)}}"#
        let answer =
            #"{"id":"m","type":"message","content":[\#(Self.call),\#(Self.found)],"stop_reason":"pause_turn","usage":\#(usage)}"#
        #expect(try withBytes(answer) { try AnthropicAnswer($0) }.used.search == count)
        #expect(try AnthropicMessages.readAnswer(Array(answer.utf8)).usage?.usage.search == count)
        let events = [
            #"{"type":"message_start","message":{"id":"m","model":"c","content":[],"usage":{"input_tokens":10,"output_tokens":1,"server_tool_use":{"web_search_requests":0}}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":\#(Self.call)}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"pause_turn"},"usage":\#(usage)}"#,
        ]
        #expect(translated(AnthropicMessages.streamReader(), events) == count)
        #expect(seen(AnthropicMessages.streamReader(), events) == count)
        #expect(seen(AnthropicMessages.streamReader(), Array(events[..<2])) == 1)
    }

    @Test("those of a stream of Responses are known before its end, and at an end without a count")
    func responsesOnTheWay() throws {
        func done(_ item: String) -> String {
            #"{"type":"response.output_item.done","output_index":0,"item":\#(item)}"#
        }
        let opened = #"{"type":"web_search_call","action":{"type":"open_page"}}"#
        let events = [
            #"{"type":"response.created","response":{"id":"r","output":[],"usage":null}}"#,
            done(Self.search), done(opened), done(Self.said), done(Self.search),
        ]
        let end =
            #"{"type":"response.failed","response":{"id":"r","error":{"message":"m"},"output":[\#(Self.said)],"usage":null}}"#
        var scan = ResponsesScan()
        let told = try (events + [end]).map { event in try withBytes(event) { try scan.read(data: $0).searches } }
        #expect(told == [nil, 1, nil, nil, 2, 2])
        #expect(seen(OpenAIResponses.streamReader(), events) == 2)
        let uncounted = #"{"id":"r","output":[\#(Self.search),\#(Self.said)],"usage":null}"#
        let whole = try withBytes(uncounted) { try ResponsesScan.read(whole: $0) }
        #expect(whole.searches == 1 && whole.usage == nil)
        #expect(try OpenAIResponses.readAnswer(Array(uncounted.utf8)).searches == 1)
    }

    // MARK: Ways of reading

    private func seen(_ reader: any ChatStreamReader, _ events: [String]) -> Int {
        var reader = reader
        var told: [StreamEvent] = []
        for event in events { reader.read(StreamMessage(data: Array(event.utf8)), into: &told) }
        return reader.searches
    }

    private func read(_ dialect: UsageDialect, _ documents: [String]) throws -> Int {
        var reader = dialect.reader
        for document in documents { try withBytes(document) { try reader.read($0) } }
        return reader.report.usage.search
    }

    /// What the last count has that was scanned.
    private func scan(_ scan: some StreamScan, _ events: [String]) throws -> Int? {
        var scan = scan
        var searches: Int?
        for event in events { searches = try withBytes(event) { try scan.read(data: $0).usage?.search } ?? searches }
        return searches
    }

    private func translated(_ reader: any ChatStreamReader, _ events: [String]) -> Int? {
        var reader = reader
        var told: [StreamEvent] = []
        for event in events { reader.read(StreamMessage(data: Array(event.utf8)), into: &told) }
        reader.finish(into: &told)
        var searches: Int?
        for case .usage(let report) in told { searches = report.usage.search }
        return searches
    }
}
