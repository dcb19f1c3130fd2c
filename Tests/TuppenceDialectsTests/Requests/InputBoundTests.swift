import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Bounds of input")
struct InputBoundTests {
    private func demand(_ message: String, _ fields: String = "") throws -> Demand {
        try parse(#"{"model":"m","messages":[\#(message)]\#(fields)}"#).demand
    }
    private let text = #"{"role":"user","content":"Hello"}"#

    private func bound(_ message: String, _ fields: String = "", model: String = "gpt-4o") throws -> Int {
        try demand(message, fields).inputBound.bound(by: InputRules(model: model))
    }

    @Test("text of every day is bounded by half as many tokens as it has bytes, and less") func everyday() throws {
        let text = String(
            repeating: "All the people of the town came to see what had been made of the money. ", count: 20)
        let bound = try bound("{\"role\":\"user\",\"content\":\"\(text)\"}")
        #expect(bound < text.utf8.count / 3)
        #expect(bound > text.utf8.count / 5)
    }

    @Test("a message and what is put around it") func message() throws {
        // "user" and "Hello" are a token each, and one each before them; eight are a message's frame, three the answer's.
        #expect(try bound(text) == 2 * 2 + 8 + 3)
        #expect(try bound(text + "," + text) == 2 * (2 * 2 + 8) + 3)
    }

    @Test("the estimate is three quarters of what text has at the most, four for each message and three for a chat")
    func estimate() throws {
        #expect(try demand(text).inputEstimate == 3 + 4 + 3)
        #expect(try demand(#"{"content":"ééé"}"#).inputEstimate >= 3 + 4)
    }

    @Test("text of other scripts is counted by the character, however long it is", arguments: [1, 2, 3, 100, 10_000])
    func longForeignText(repetitions: Int) throws {
        let text = String(repeating: "你好世界", count: repetitions)
        let bound = try bound("{\"content\":\"\(text)\"}")
        #expect((4 * repetitions...8 * repetitions + 12).contains(bound))
    }

    @Test("tools add room for their template, and their descriptions to bound and estimate") func tools() throws {
        let fields = #","tools":[{"type":"function","function":{"name":"f","description":"12345678901234567890"}}]"#
        let rules = InputRules(model: "gpt-4o")
        #expect(try bound(text, fields) > bound(text) + Int(rules.toolPrompt) + 20)
        #expect(try bound(text, fields) < bound(text) + Int(rules.toolPrompt) + fields.utf8.count)
        #expect(try demand(text, fields).inputEstimate > demand(text).inputEstimate)
    }

    @Test(
        "whatever a provider may show its model counts, wherever in the body it stands",
        arguments: [
            #","functions":[{"name":"~"}]"#, #","response_format":{"type":"json_schema","json_schema":{"name":"~"}}"#,
            #","documents":["~"]"#, #","web_search_options":{"user_location":{"city":"~"}}"#, #","made_up_of_it":"~""#,
        ])
    func elsewhere(fields: String) throws {
        let long = String(repeating: "word ", count: 1_000)
        #expect(try bound(text, fields.replacing("~", with: long)) >= 1_000 + bound(text))
    }

    @Test("each of many inputs has its two marks and no more, whoever makes the model") func embeddings() throws {
        func bound(_ input: String, _ model: String) throws -> Int {
            try parse(#"{"model":"m","input":[\#(input)]}"#, .embeddings).demand.inputBound.bound(
                by: InputRules(model: model))
        }
        let many = Array(repeating: #""the""#, count: 1_000).joined(separator: ",")
        #expect(try bound(many, "text-embedding-3-small") == 1_000 * (1 + 1 + 4))
        #expect(try bound(many, "unknown") < 1_000 * 12)
        #expect(try bound("1,2,3,50000", "text-embedding-3-small") == 4 + 4)
    }

    @Test("an image counts with the most that one costs, not with its bytes") func image() throws {
        let data = "data:image/png;base64," + String(repeating: "A", count: 300_000)
        let small = try demand(
            #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://h/i.png"}}]}"#)
        let large = try demand(#"{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(data)"}}]}"#)
        let short = try demand(#"{"role":"user","content":[{"type":"image_url","image_url":"\#(data)"}]}"#)
        for demand in [small, large, short] {
            #expect((48_169..<48_300).contains(demand.inputBound.bound(by: InputRules(model: "gpt-4o-mini"))))
            #expect((1_000..<1_100).contains(demand.inputEstimate))
        }
    }

    @Test("slashes that an encoder has escaped make no text of an image") func escapedImage() throws {
        // A JPEG's base64 begins with one.
        let url = dataURL([
            0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1, 0xFF, 0xC2, 0, 11, 8, 0x01, 0xE0, 0x02, 0x80, 1, 0, 0, 0,
        ])
        func counted(_ url: String) throws -> Demand {
            try demand(#"{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(url)"}}]}"#)
        }
        let escaped = url.replacing("/", with: "\\/")
        #expect(escaped.contains(#",\/9j\/"#))
        #expect(try counted(escaped) == counted(url))
        let long = String(repeating: "AAA/", count: 50_000)
        let unknown = "data:image/png;base64," + long
        #expect(try counted(unknown.replacing("/", with: "\\/")) == counted(unknown))
        func heard(_ data: String) throws -> Demand {
            try demand(
                #"{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"\#(data)","format":"mp3"}}]}"#)
        }
        #expect(try heard(long.replacing("/", with: "\\/")) == heard(long))
    }

    @Test("an image whose size can be read counts with what that costs") func sizedImage() throws {
        func bound(_ detail: String, _ model: String) throws -> Int {
            let url = dataURL(png(1_024, 1_024))
            let part = #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(url)"\#(detail)}}]}"#
            return try self.bound(part, model: model)
        }
        #expect((765..<800).contains(try bound("", "gpt-4o")))
        #expect((85..<130).contains(try bound(#","detail":"low""#, "gpt-4o")))
        #expect((765..<800).contains(try bound(#","detail":"high""#, "gpt-4o")))
        #expect((1_399..<1_600).contains(try bound("", "claude-sonnet-4-5")))
        #expect(try bound("", "unknown") >= 2_833 + 4 * 5_667)
    }

    @Test("of two addresses of one image both count") func twoAddresses() throws {
        let url = dataURL(png(512, 512))
        let part = #"{"role":"user","content":[{"image_url":{"url":"\#(url)","url":"https://h/large.png"}}]}"#
        #expect(try bound(part) >= 2 * 85 + 170 + 8 * 170)
    }

    @Test("sound counts by its bytes, and text that says it is sound as text") func audio() throws {
        func bound(_ data: String) throws -> Int {
            try self.bound(#"{"role":"user","content":[{"input_audio":{"data":"\#(data)","format":"mp3"}}]}"#)
        }
        let sound = String(repeating: "ABCD", count: 10_000)
        #expect((5_000..<5_200).contains(try bound(sound)))
        #expect((625..<2_000).contains(try bound("UklGRABC" + sound)))
        #expect(try bound(String(repeating: "word, ", count: 1_000)) >= 1_000)
    }

    @Test(
        "text that only begins like an image is bounded by its bytes",
        arguments: [
            #"{"role":"user","content":"~"}"#, #"{"role":"user","content":[{"type":"text","text":"~"}]}"#,
            #"{"role":"user","content":"x","name":"~"}"#,
            #"{"role":"user","content":[{"type":"image_url","image_url":{"detail":"~"}}]}"#,
            #"{"role":"user","content":[{"type":"file","file":{"file_data":"~"}}]}"#,
        ])
    func disguise(message: String) throws {
        let data = "data:image/png;base64," + String(repeating: "word ", count: 20_000)
        let demand = try demand(message.replacing("~", with: data))
        #expect(demand.inputBound.bound(by: InputRules(model: "gpt-4o")) >= 20_000)
        #expect(demand.inputEstimate >= 15_000)
    }

    @Test("text in a prompt, an input or a tool is never an image") func disguiseElsewhere() throws {
        let data = "data:image/png;base64," + String(repeating: "word ", count: 20_000)
        let tools =
            #","tools":[{"function":{"parameters":{"properties":{"image_url":{"url":"\#(data)"},"file":{"type":"string"}}}}}]"#
        for demand in [
            try demand(text, tools),
            try parse(#"{"model":"m","prompt":[{"image_url":"\#(data)"}]}"#, .completions).demand,
            try parse(#"{"model":"m","prompt":"\#(data)"}"#, .completions).demand,
            try parse(#"{"model":"m","input":["\#(data)"]}"#, .embeddings).demand,
        ] {
            let bound = demand.inputBound.bound(by: InputRules(model: "gpt-4o"))
            #expect(bound >= 20_000)
            // A tool's parameter that happens to be called "file" is no file.
            #expect(bound < 50_000)
        }
    }

    @Test(
        "what is given by its address alone counts with the most that it may hold",
        arguments: ["file", "document_url", "video_url", "audio_url"])
    func files(kind: String) throws {
        let demand = try demand(#"{"role":"user","content":[{"type":"x","\#(kind)":{"url":"https://h/x"}}]}"#)
        #expect((2_097_152..<2_098_000).contains(demand.inputBound.bound(by: InputRules(model: "gpt-4o"))))
        #expect((4_000..<4_100).contains(demand.inputEstimate))
    }

    private func gemini(_ part: String) throws -> Int {
        try withBytes(#"{"contents":[{"role":"user","parts":[\#(part)]}]}"#) { bytes in
            try ScannedRequest(
                bytes, endpoint: .generateContent, address: RequestAddress(model: "m", streams: false)
            ).demand.inputBound.media
        }
    }

    @Test("a film, or a file of pages, may fill any context, however few bytes it has") func whole() throws {
        let data = String(repeating: "A", count: 80_000)
        for type in ["video/mp4", "application/pdf", "application/octet-stream"] {
            #expect(try gemini(#"{"inlineData":{"mimeType":"\#(type)","data":"\#(data)"}}"#) == 2_097_152)
        }
        #expect(try gemini(#"{"fileData":{"fileUri":"https://youtu.be/x"},"videoMetadata":{"fps":24}}"#) == 2_097_152)
        #expect(try gemini(#"{"inlineData":{"mimeType":"text/plain","data":"\#(data)"}}"#) == 80_064)
    }

    @Test("sound counts by its length where its file tells more than its bytes do") func sound() throws {
        func heard(_ bytes: [UInt8]) throws -> Demand {
            let data = string(Base64.encoded(bytes))
            return try demand(
                #"{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"\#(data)","format":"x"}}]}"#)
        }
        // A wave of 1,000 samples a second, a byte each, has an hour in 3.6 MB; here are 100 seconds.
        var wave = Array("RIFF....WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 1, 0, 0xE8, 3, 0, 0, 0xE8, 3, 0, 0, 1, 0, 8, 0]
        wave += Array("data".utf8) + [0xA0, 0x86, 1, 0] + [UInt8](repeating: 0, count: 100_000)
        let slow = try heard(wave)
        #expect((101 * 32..<101 * 32 + 100).contains(slow.inputBound.media))
        #expect(slow.pieces?.most.audioSecond == 101 && slow.pieces?.usual.audioSecond == 100)
        let silence = try heard(Array("fLaC".utf8) + [UInt8](repeating: 0, count: 60_000))
        #expect(silence.inputBound.media == 2_097_152)
        let unknown = try heard([UInt8](repeating: 7, count: 60_000))
        #expect(unknown.inputBound.media == 80_000 / 8 + 64)
        #expect(try demand(text).pieces == nil)
    }

    @Test("Mistral's sound by its address alone may be of any length") func soundByAddress() throws {
        let demand = try demand(
            #"{"role":"user","content":[{"type":"input_audio","input_audio":"https://h/long.mp3"}]}"#)
        #expect(demand.inputBound.media == 2_097_152 && demand.pieces?.most.audioSecond == 3_600)
        #expect(demand.needs.contains(.audioInput))
        let card = try #require(
            ProviderCatalog.models(of: "mistral").first { $0.model == "voxtral-small-latest" }?.listing.rates)
        // $0.004 a minute; its tokens of sound are not charged for.
        var usage = Usage(input: 20, output: 50)
        (usage.audioInput, usage.audioSecond) = (22_500, 1_800)
        #expect(card.cost(of: usage).total == Money(nanodollars: 120_000_000 + 2_000 + 20_000 + 1))
    }

    @Test(
        "a rough count is never below the close one",
        arguments: [
            "plain words", "ZZ^ZZ^ZZ^", "\u{344}\u{385}\u{587}\u{677}\u{222C}", "\\u0344\\u0385\\u222C", "日本語のテキスト",
            "\u{1F469}\u{200D}\u{1F680}", "1234567890", "",
        ])
    func rough(text: String) throws {
        let body = Array(#"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]}"#.utf8)
        let (rough, close) = try body.withUnsafeBytes { bytes in
            (
                try ScannedRequest(bytes, endpoint: .chat, .rough).demand.inputBound,
                try ScannedRequest(bytes, endpoint: .chat, .close).demand.inputBound
            )
        }
        for model in ["gpt-4o", "claude-sonnet-4-5", "mistral-small", "nobody-knows"] {
            let rules = InputRules(model: model)
            #expect(rough.bound(by: rules) >= close.bound(by: rules), "\(model)")
        }
    }

    @Test("no request has an estimate above its bound", arguments: UInt64(1)...60)
    func estimateWithinBound(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let pieces = [
            "{}", #"{"content":"x"}"#, #"{"content":["a","b",["c",1,2,3]]}"#, #"{"content":"ééé日本語"}"#,
            #"{"content":[{"image_url":{"url":"data:image/png;base64,AAAA"}}]}"#,
            #"{"a":[1,2,3,4,5,6]}"#, #"{"content":[{"file":{"file_id":"f"}}]}"#, #"{"image_url":""}"#,
            #"{"content":"\u0041\n\n\n"}"#,
        ]
        let count = Int.random(in: 1...40, using: &random)
        let messages = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined(
            separator: ",")
        let demand = try demand(messages)
        for model in ["gpt-4o", "claude-sonnet-4-5", "qwen-max", "unknown"] {
            #expect(demand.inputEstimate <= demand.inputBound.bound(by: InputRules(model: model)), "\(messages)")
        }
    }
}
