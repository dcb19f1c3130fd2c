import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Splits `bytes` into events as they come in pieces that end at `cuts`, and gives back what is left over too.
private func events(_ bytes: [UInt8], cuts: [Int]) -> (events: [String], rest: String) {
    var buffer: [UInt8] = []
    var searched = 0
    var found: [String] = []
    var last = 0
    for cut in cuts + [bytes.count] {
        buffer += bytes[last..<cut]
        last = cut
        while let length = buffer.withUnsafeBytes({ SSE.eventLength(in: $0, searched: &searched) }) {
            found.append(string(buffer.prefix(length)))
            buffer.removeFirst(length)
        }
    }
    return (found, string(buffer))
}

@Suite("Server-sent events")
struct SSETests {
    static let streams = [
        "data: a\n\ndata: b\n\n", "data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\rdata: b\r\rx",
        ": comment\n\ndata: a\n\n: \n\n", "event: e\nid: 1\ndata: a\ndata: b\n\ndata: c\n\n",
        "\n\ndata: a\n\n", "data: a\n\r\ndata: b\r\n\n", "data: é😀\r\n\r\ndata: [DONE]\r\n\r\n",
        "data: a\n\n\n\ndata: b\n\n", "data: a\n\ndata: incompl", "",
    ]

    @Test("an event ends at its blank line, with LF, CRLF or CR")
    func whole() {
        #expect(events(Array("data: a\n\ndata: b\n\nda".utf8), cuts: []).events == ["data: a\n\n", "data: b\n\n"])
        #expect(events(Array("data: a\n\ndata: b\n\nda".utf8), cuts: []).rest == "da")
        #expect(
            events(Array("e: x\r\ndata: a\r\n\r\n: c\r\n\r\n".utf8), cuts: []).events == [
                "e: x\r\ndata: a\r\n\r\n", ": c\r\n\r\n",
            ])
        #expect(events(Array("data: a\r\rdata: b\r\rx".utf8), cuts: []).events == ["data: a\r\r", "data: b\r\r"])
        #expect(events(Array("data: a\ndata: b".utf8), cuts: []).events == [])
    }

    @Test("a stream cut at any byte has the same events", arguments: streams)
    func oneCut(text: String) {
        let bytes = Array(text.utf8)
        let whole = events(bytes, cuts: [])
        #expect(whole.events.joined() + whole.rest == text)
        for cut in 0...bytes.count { #expect(events(bytes, cuts: [cut]) == whole, "cut at \(cut)") }
        #expect(events(bytes, cuts: Array(0..<bytes.count)) == whole, "byte by byte")
    }

    @Test("a stream cut anywhere, often, has the same events", arguments: UInt64(1)...50)
    func manyCuts(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let lines = ["\n", "\r\n", "\r", "data: x", "event: y", ":", "data:", "\n\n", "\r\n\r\n"]
        let bytes = Array((0..<30).map { _ in lines[Int.random(in: 0..<lines.count, using: &random)] }.joined().utf8)
        let cuts = (0..<8).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
        #expect(events(bytes, cuts: cuts) == events(bytes, cuts: []))
    }

    @Test("nothing is looked at twice without end: `searched` grows while an event is incomplete") func searched() {
        var searched = 0
        let bytes = Array("data: abc\ndata: def".utf8)
        for count in 0...bytes.count {
            let before = searched
            #expect(bytes[..<count].withUnsafeBytes { SSE.eventLength(in: $0, searched: &searched) } == nil)
            #expect(searched >= before)
        }
        #expect(searched == bytes.count)
    }

    @Test(
        "data is what its lines say, without the one space behind the colon",
        arguments: [
            ("data: a\n\n", "a"), ("data:a\n\n", "a"), ("data:  a\n\n", " a"), ("data: a", "a"), ("data:\n\n", ""),
            ("data: \r\n\r\n", ""), ("event: e\r\ndata: a\r\nid: 1\r\n\r\n", "a"), ("data: a\r\r", "a"),
            ("data: a\ndata: b\n\n", "a\nb"), ("data: a\r\ndata:b\r\ndata: c\r\n\r\n", "a\nb\nc"), ("data\n\n", nil),
            (": data: a\n\n", nil), (" data: a\n\n", nil), ("datax: a\n\n", nil), ("Data: a\n\n", nil), ("\n\n", nil),
            ("", nil), ("event: ping\n\n", nil),
        ] as [(String, String?)])
    func data(event: String, expected: String?) {
        withBytes(event) { bytes in
            let data: String? =
                switch SSE.data(of: bytes) {
                case .none: nil
                case .line(let range): string(bytes[range])
                case .lines(let joined): string(joined)
                }
            #expect(data == expected)
        }
    }
}

@Suite("Chunks of the OpenAI dialect")
struct OpenAIChunkTests {
    private func chunk(_ event: String) throws -> OpenAIChunk {
        try withBytes(event) { try OpenAIChunk.read(event: $0).chunk }
    }
    private func chunk(choice: String) throws -> OpenAIChunk { try chunk(#"data: {"choices":[\#(choice)]}"# + "\n\n") }

    @Test(
        "what is content and what is not",
        arguments: [
            (#"{"delta":{"role":"assistant","content":""}}"#, 0, false),
            (#"{"delta":{"role":"assistant","content":null,"refusal":null}}"#, 0, false),
            (#"{"delta":{"content":"Hi"}}"#, 2, false), (#"{"delta":{"content":"é"},"finish_reason":null}"#, 2, false),
            (#"{"delta":{"role":"assistant","content":"Hi"}}"#, 2, false),
            (#"{"delta":{},"finish_reason":"stop"}"#, 0, true),
            (#"{"delta":{"content":"x"},"finish_reason":"length"}"#, 1, true),
            (#"{"delta":{"content":"x"},"finish_reason":""}"#, 1, false),
            (#"{"delta":{"reasoning_content":"think"}}"#, 5, false), (#"{"delta":{"reasoning":"think"}}"#, 5, false),
            (#"{"delta":{"refusal":"no"}}"#, 2, false),
            (#"{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}"#, 2, false),
            (#"{"delta":{"tool_calls":[{"id":"c1","type":"function","function":{"name":"f"}}]}}"#, 1, false),
            (#"{"delta":{"tool_calls":[]}}"#, 0, false),
            (#"{"delta":{"content":[{"type":"text","text":"abc"}]}}"#, 3, false),
            (#"{"text":"abc","finish_reason":null}"#, 3, false), (#"{"text":""}"#, 0, false),
            (#"{"delta":null}"#, 0, false), (#"{"delta":"x"}"#, 0, false), ("null", 0, false),
            (#"{"delta":{"images":[{"image_url":{"url":"data:image/png;base64,AAAA"}}]}}"#, 0, false),
        ])
    func content(choice: String, bytes: Int, isFinish: Bool) throws {
        let chunk = try chunk(choice: choice)
        #expect(chunk.kind == .chunk)
        #expect(chunk.content.bytes == bytes)
        #expect(chunk.content.isThere == (bytes > 0))
        #expect(chunk.isFinish == isFinish)
        #expect(!chunk.isUsageOnly)
    }

    @Test(
        "numbers that are no counts are found, so that nobody reckons with them",
        arguments: [
            (#"{"prompt_tokens":-5}"#, true), (#"{"prompt_tokens":7,"completion_tokens":-1}"#, true),
            (#"{"prompt_tokens":7,"completion_tokens":1,"total_tokens":-8}"#, true),
            (#"{"prompt_tokens":7,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":-3}}"#, true),
            (#"{"prompt_tokens":7,"completion_tokens":1,"completion_tokens_details":{"reasoning_tokens":1e15}}"#, true),
            (#"{"prompt_tokens":7,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":null}}"#, false),
            (#"{"prompt_tokens":7,"completion_tokens":null}"#, false), ("{}", false), ("null", false),
            (#"{"prompt_tokens":7,"completion_tokens":1}"#, false),
        ])
    func nonsense(usage: String, isNonsense: Bool) throws {
        let event = "data: {\"choices\":[],\"usage\":\(usage)}\n\n"
        try withBytes(event) { bytes in
            let (chunk, start) = try OpenAIChunk.read(event: bytes)
            let found = chunk.nonsense.map { string(bytes[(start + $0.lowerBound)..<(start + $0.upperBound)]) }
            #expect(found == (isNonsense ? usage : nil))
            #expect(!isNonsense || chunk.isUsageOnly)
        }
    }

    @Test("the content of an event is that of all its choices together") func choices() throws {
        #expect(try chunk(choice: #"{"delta":{"content":"a"}},{"delta":{"content":"bc"}}"#).content.bytes == 3)
    }

    @Test(
        "usage alone, with the last content, null or absent",
        arguments: [
            (#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#, 3, true),
            (#"{"usage":{"prompt_tokens":3},"choices":[]}"#, 3, true),
            (#"{"choices":[{"delta":{"content":""}}],"usage":{"prompt_tokens":3}}"#, 3, false),
            (#"{"choices":[],"usage":null}"#, nil, false), (#"{"choices":[]}"#, nil, false),
            (#"{"usage":{"prompt_tokens":3}}"#, 3, false),
            (#"{"choices":[{"delta":{}}],"x_groq":{"id":"r","usage":{"prompt_tokens":4}}}"#, 4, false),
            (#"{"choices":[],"x_groq":{"usage":{"prompt_tokens":4}},"usage":{"prompt_tokens":3}}"#, 3, true),
            (#"{"choices":[],"usage":{"prompt_tokens":3},"x_groq":{"usage":{"prompt_tokens":4}}}"#, 3, true),
            (#"{"choices":[],"x_groq":{"id":"r"}}"#, nil, false), (#"{"choices":[],"x_groq":null}"#, nil, false),
            (#"{"choices":[],"us\u0061ge":{"prompt_tokens":3}}"#, 3, true),
        ] as [(String, Int?, Bool)])
    func usage(data: String, input: Int?, isUsageOnly: Bool) throws {
        let chunk = try chunk("data: \(data)\n\n")
        #expect(chunk.usage?.usage.input == input)
        #expect(chunk.isUsageOnly == isUsageOnly)
        #expect(!chunk.content.isThere)
    }

    @Test(
        "usage can be found in the event again, unless it stands elsewhere",
        arguments: [("data: ", "\n\n"), ("data:", "\r\n\r\n"), ("event: x\ndata: ", "\n\n")])
    func range(before: String, after: String) throws {
        let event = before + #"{"choices":[],"usage": {"prompt_tokens":3} }"# + after
        try withBytes(event) { bytes in
            let (chunk, start) = try OpenAIChunk.read(event: bytes)
            let range = try #require(chunk.usage?.range)
            #expect(string(bytes[(start + range.lowerBound)..<(start + range.upperBound)]) == #"{"prompt_tokens":3}"#)
        }
        #expect(
            try chunk("data: {\"choices\":[],\ndata: \"usage\":{\"prompt_tokens\":3}}\n\n").usage?.range.isEmpty == true
        )
        #expect(try chunk("data: {\"x_groq\":{\"usage\":{\"prompt_tokens\":3}}}\n\n").usage?.range.isEmpty == true)
    }

    @Test("data on several lines is read as one") func lines() throws {
        let chunk = try chunk(
            "data: {\"choices\":[{\"delta\":\r\ndata: {\"content\":\"Hi\"}}],\r\ndata:\"usage\":{\"prompt_tokens\":3}}\r\n\r\n"
        )
        #expect(chunk.content.bytes == 2)
        #expect(chunk.usage?.usage.input == 3)
    }

    @Test(
        "the end of a stream",
        arguments: ["data: [DONE]\n\n", "data:[DONE]\r\n\r\n", "data: [DONE]", "event: x\ndata: [DONE]\n\n"])
    func done(event: String) throws { #expect(try chunk(event).kind == .done) }

    @Test(
        "comments, keep-alives and events without data concern nobody",
        arguments: [": OPENROUTER PROCESSING\n\n", ": \n\n", ":\n\n", "\n\n", "event: ping\n\n", "retry: 5\r\n\r\n"])
    func comments(event: String) throws {
        let chunk = try chunk(event)
        #expect(chunk.kind == .other)
        #expect(!chunk.content.isThere && chunk.usage == nil)
    }

    @Test(
        "an error in place of an answer, or beside one",
        arguments: [
            #"{"error":{"message":"overloaded","code":529}}"#,
            #"{"choices":[{"delta":{"content":""},"finish_reason":"stop"}],"error":{"message":"x"}}"#,
            #"{"error":"text"}"#,
            #"{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"message":"x"}}]}"#,
            #"{"object":"error","message":"oom","type":"InternalServerError","code":500}"#,
            #"{"message":"oom","object":"error","choices":null}"#,
        ])
    func errors(data: String) throws {
        guard case .error(let fault) = try chunk("data: \(data)\n\n").kind else { Issue.record("no error"); return }
        #expect(!fault.text.isEmpty && data.contains(fault.text))
    }

    @Test("an event may have very many lines") func manyLines() {
        let event = Array(String(repeating: "data:x\n", count: 100_000).utf8) + [10]
        event.withUnsafeBytes { bytes in
            guard case .lines(let text) = SSE.data(of: bytes) else { Issue.record("not on several lines"); return }
            #expect(text.count == 199_999 && text.prefix(3).elementsEqual("x\nx".utf8))
        }
    }

    @Test("an error that is null is none, and a long one is cut") func errorEnds() throws {
        #expect(try chunk("data: {\"error\":null,\"choices\":[]}\n\n").kind == .chunk)
        guard
            case .error(let fault) = try chunk("data: {\"error\":\"\(String(repeating: "x", count: 1_000))\"}\n\n").kind
        else { Issue.record("no error"); return }
        #expect(fault.text.utf8.count == 400)
    }

    @Test(
        "what is neither JSON object nor end is refused",
        arguments: [
            "data: \n\n", "data: []\n\n", "data: {\n\n", "data: {}x\n\n", "data: null\n\n", "data: DONE\n\n",
            "data: {\"choices\":[}\n\n",
        ])
    func invalid(event: String) { #expect(throws: JSONError.self) { try chunk(event) } }

    @Test("Azure's hollow first chunk has no content") func hollow() throws {
        let chunk = try chunk(
            #"data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}"#
                + "\n\n")
        #expect(chunk.kind == .chunk)
        #expect(!chunk.content.isThere && !chunk.isUsageOnly && chunk.usage == nil)
    }
}
