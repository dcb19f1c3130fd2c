import Testing
import TuppenceCore

@testable import TuppenceDialects

private func pieces(_ text: String, _ endpoint: GovernedEndpoint) throws -> PieceDemand {
    try #require(try parse(text, endpoint).demand.pieces)
}

/// A form of such names and values.
private func multipart(_ parts: [(String, String)]) -> String {
    let written = parts.map { "--b\r\ncontent-disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n" }
    return written.joined() + "--b--\r\n"
}

private func scan(_ form: String, _ endpoint: GovernedEndpoint) throws -> ScannedRequest {
    try withBytes(form) { bytes in
        try ScannedRequest(form: bytes, contentType: "multipart/form-data; boundary=b", endpoint: endpoint)
    }
}

@Suite("Requests that are charged by the piece")
struct PieceScanTests {
    @Test(
        "images: so many, each of the dearest kind that may be meant",
        arguments: [
            (#""n":3"#, 3, 21_300), (#""quality":"low""#, 1, 420), (#""quality":"medium","n":2"#, 2, 3_600),
            (#""quality":"auto""#, 1, 7_100), (#""quality":"low","partial_images":2"#, 1, 620),
            (#""quality":"low","size":"1536x1024""#, 1, 420), (#""quality":"low","size":"2048x2048""#, 1, 1_680),
            (#""quality":"low","size":"auto""#, 1, 420), (#""quality":"low","output_format":"gif""#, 1, 3_323),
        ] as [(String, Int, Int)])
    func images(fields: String, count: Int, tokens: Int) throws {
        let demand = try pieces(#"{"model":"m","prompt":"x",\#(fields)}"#, .images)
        #expect((demand.most.image, demand.most.imageOutput) == (count, tokens))
        #expect(demand.usual == demand.most && demand.kind == .image)
    }

    @Test(
        "speech: its characters, counted as whoever counts most",
        arguments: [("two pence", 9, 9), ("zwölf", 5, 5), ("🪙", 2, 1), (#"a\nb"#, 3, 3)])
    func speech(text: String, most: Int, usual: Int) throws {
        let body = #"{"model":"m","voice":"v","input":"\#(text)"}"#
        let demand = try pieces(body, .speech)
        #expect((demand.most.character, demand.usual.character) == (most, usual))
        #expect(demand.most.output >= demand.usual.output && demand.usual.output > 0)
        let request = try parse(body, .speech)
        #expect(request.streams && !request.streamsEvents && request.demand.outputLimit == nil)
        #expect(try parse(#"{"model":"m","input":"x","stream_format":"sse"}"#, .speech).streamsEvents)
    }

    @Test("the user of a form is who it names, and nobody where the name is empty")
    func user() throws {
        func user(_ name: String) throws -> String? {
            try scan(multipart([("model", "m"), ("prompt", "x"), ("image", "y"), ("user", name)]), .imageEdits).user
        }
        #expect(try user("ann") == "ann")
        #expect(try user("") == nil)
    }

    @Test(
        "rankings: a unit for each hundred documents, long ones as several",
        arguments: [
            (1, 10, "", 1), (100, 10, "", 1), (101, 10, "", 2), (100, 1_000, "", 3), (1, 100_000, "", 1),
            (50, 100_000, "", 5), (50, 100_000, #","max_tokens_per_doc":100"#, 1),
            (50, 1_000_000, #","max_tokens_per_doc":50000"#, 51),
        ] as [(Int, Int, String, Int)])
    func rankings(documents: Int, length: Int, fields: String, units: Int) throws {
        let list = [String](repeating: "\"" + String(repeating: "a", count: length) + "\"", count: documents)
        let body = #"{"model":"m","query":"q","documents":["# + list.joined(separator: ",") + "]\(fields)}"
        let demand = try pieces(body, .rerank)
        #expect((demand.most.search, demand.usual.search) == (units, (documents + 99) / 100))
    }

    @Test("the query is read once with each document") func query() throws {
        func bound(_ documents: Int) throws -> Int {
            let list = [String](repeating: #""d""#, count: documents).joined(separator: ",")
            let body = #"{"model":"m","query":"\#(String(repeating: "q", count: 98))","documents":[\#(list)]}"#
            return try parse(body, .rerank).demand.inputBound.media
        }
        #expect(try [bound(1), bound(3)] == [0, 200])
    }

    @Test(
        "are refused where they say nothing, or say it twice",
        arguments: [
            (#"{"model":"m"}"#, .images, "prompt"), (#"{"model":"m","prompt":1}"#, .images, "prompt"),
            (#"{"model":"m","prompt":"a","prompt":"b"}"#, .images, "prompt"),
            (#"{"model":"m","prompt":"a","quality":"low","quality":"high"}"#, .images, "quality"),
            (#"{"model":"m","prompt":"a","n":0}"#, .images, "n"), (#"{"prompt":"a"}"#, .images, "model"),
            (#"{"model":"m","prompt":"a","output_format":"svg"}"#, .images, "output_format"),
            (#"{"model":"m","prompt":"a","svg":{"model":"x"}}"#, .images, "svg"),
            (#"{"model":"m"}"#, .speech, "input"), (#"{"model":"m","input":["a"]}"#, .speech, "input"),
            (#"{"model":"m","input":"a","input":"b"}"#, .speech, "input"),
            (#"{"model":"m","query":"q"}"#, .rerank, "documents"),
            (#"{"model":"m","query":"q","documents":[]}"#, .rerank, "documents"),
            (#"{"model":"m","query":"q","documents":"d"}"#, .rerank, "documents"),
            (#"{"model":"m"}"#, .moderations, "input"),
        ] as [(String, GovernedEndpoint, String)])
    func refused(text: String, endpoint: GovernedEndpoint, parameter: String) {
        let refusal = #expect(throws: Refusal.self) { try parse(text, endpoint) }
        #expect((refusal?.code, refusal?.parameter) == (.invalidRequest, parameter))
    }

    @Test("a moderation that names no model gets the usual one, and says so to its provider") func moderation() throws {
        let body = #"{"input":"x"}"#
        let request = try parse(body, .moderations)
        #expect(
            request.model == "omni-moderation-latest" && request.demand.pieces == nil && !request.demand.producesOutput)
        let edits = request.edits(for: "other", outputLimit: nil, provider: .plain)
        #expect(withBytes(body) { string(edits.applied(to: $0)) } == #"{"model":"other","input":"x"}"#)
    }

    @Test("a form's model is rewritten where it stands, and its file is how long it is") func form() throws {
        let sound = String(repeating: "s", count: 75_000)
        let body = multipart([("model", "mine"), ("file", sound), ("stream", "true")])
        let request = try scan(body, .transcriptions)
        #expect(request.model == "mine" && request.streams && request.streamsEvents && request.formBoundary == "b")
        #expect(request.demand.pieces?.most.audioSecond == 100)
        let edits = request.edits(for: "whisper-1", outputLimit: nil, provider: .plain)
        let written = withBytes(body) { string(edits.applied(to: $0)) }
        #expect(written == body.replacing("\r\nmine\r\n", with: "\r\nwhisper-1\r\n"))
    }

    @Test(
        "edits: the images that they begin with are input, once for each that is asked for, and so is the text",
        arguments: [
            ([("image", "x"), ("quality", "low")], 1, 8_005, 1_026, 420),
            ([("image[]", "x"), ("image[]", "y"), ("mask", "z"), ("quality", "low")], 1, 24_005, 3_074, 420),
            ([("image[]", "x"), ("image[]", "y"), ("n", "2"), ("quality", "low")], 2, 32_012, 4_099, 840),
            ([("image", "x"), ("partial_images", "2")], 1, 8_003, 1_025, 7_300),
        ] as [([(String, String)], Int, Int, Int, Int)])
    func edits(parts: [(String, String)], count: Int, most: Int, usual: Int, output: Int) throws {
        let request = try scan(multipart([("model", "m"), ("prompt", "p")] + parts), .imageEdits)
        let demand = try #require(request.demand.pieces)
        #expect((demand.most.image, demand.most.imageOutput) == (count, output) && demand.kind == .image)
        #expect(request.demand.inputBound.media == most && request.inputEstimate == usual)
    }

    @Test(
        "an edit is refused that has nothing to edit, or says twice or in another way what it may cost",
        arguments: [
            ([], "image"), ([("image", "")], "image"), ([("mask", "x")], "image"),
            ([("image", "x"), ("n", "0")], "n"), ([("image", "x"), ("n", "two")], "n"),
            ([("image", "x"), ("n", "1"), ("n", "2")], "n"), ([("image", "x"), ("model", "y")], "model"),
            ([("image", "x"), ("quality", "low"), ("quality", "")], "quality"),
            ([("image", "x"), ("partial_images", "-1")], "partial_images"),
            ([("image", "x"), ("prompt", "p")], "prompt"), ([("image", "x"), ("svg[model]", "y")], "svg"),
            ([("image", "x"), ("output_format", "svg")], "output_format"),
        ] as [([(String, String)], String)])
    func refusedEdits(parts: [(String, String)], parameter: String) {
        let refusal = #expect(throws: Refusal.self) {
            try scan(multipart([("model", "m"), ("prompt", "p")] + parts), .imageEdits)
        }
        #expect((refusal?.code, refusal?.parameter) == (.invalidRequest, parameter))
    }

    @Test(
        "answers say what they count",
        arguments: [
            (#"{"text":"hi","usage":{"type":"duration","seconds":6}}"#, .audioSecond, 6),
            (#"{"text":"hi","duration":6.01}"#, .audioSecond, 7),
            (#"{"results":[],"meta":{"billed_units":{"search_units":3}}}"#, .search, 3),
            (#"{"results":[],"usage":{"total_tokens":40}}"#, .input, 40),
            (#"{"data":[],"usage":{"input_tokens":5,"output_tokens":272}}"#, .output, 272),
            (
                #"{"text":"hi","usage":{"prompt_audio_seconds":9,"prompt_tokens":4,"completion_tokens":1}}"#,
                .audioSecond, 9
            ),
        ] as [(String, UsageKind, Int)])
    func answers(text: String, kind: UsageKind, count: Int) throws {
        let answer = try withBytes(text) { bytes in try PieceAnswer(bytes) }
        #expect(answer.usage?[kind] == count)
    }

    @Test(
        "an answer that counts nothing has no usage",
        arguments: [#"{"data":[{}]}"#, #"{"text":"hi","usage":{}}"#, "{}"])
    func uncounted(text: String) throws { #expect(try withBytes(text) { try PieceAnswer($0) }.usage == nil) }

    @Test(
        "what has neither pieces nor a count is no answer",
        arguments: [
            (#"{"data":[{"url":"https://x"}]}"#, true), (#"{"data":{"image_urls":[]}}"#, true), (#"{"text":""}"#, true),
            (#"{"images":[]}"#, true), (#"{"results":[]}"#, true), (#"{"segments":[]}"#, true),
            (#"{"usage":{"input_tokens":5,"output_tokens":272}}"#, true), ("{}", false), (#"{"detail":"x"}"#, false),
            (#"{"data":null}"#, false), (#"{"text":null,"usage":null}"#, false), (#"{"message":"busy"}"#, false),
        ] as [(String, Bool)])
    func kind(text: String, isAnswer: Bool) throws {
        #expect(try withBytes(text) { try PieceAnswer($0) }.isAnswer == isAnswer)
    }
}
