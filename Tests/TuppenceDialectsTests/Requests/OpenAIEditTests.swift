import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

private let openAI = Provider(id: "openai", baseURL: "http://localhost/v1", outputLimitField: .maxCompletionTokens)
private let old = Provider(id: "old", baseURL: "http://localhost/v1", acceptsStreamOptions: false)

private func edited(
    _ text: String, _ endpoint: GovernedEndpoint = .chat, model: String = "m", limit: Int? = 100,
    clamped: Bool = false, for provider: Provider = .plain
) throws -> String {
    let edits = try parse(text, endpoint).edits(
        for: model, outputLimit: limit, isClamped: clamped, provider: provider)
    return withBytes(text) { string(edits.applied(to: $0)) }
}

@Suite("Rewriting requests of the OpenAI dialect")
struct OpenAIEditTests {
    @Test("the model is replaced in its place, and left alone where it is right") func model() throws {
        let body = chat(#""max_tokens":5"#)
        #expect(try edited(body, model: "org/new\"") == body.replacing(#""model":"m""#, with: #""model":"org/new\"""#))
        #expect(try edited(body) == body)
        let escaped = #"{"messages":[{}],"model" : "\u006d" ,"max_tokens":1}"#
        #expect(try edited(escaped) == escaped)
        #expect(try edited(escaped, model: "x") == #"{"messages":[{}],"model" : "x" ,"max_tokens":1}"#)
    }

    @Test(
        "a missing limit is put in, under the name the provider knows",
        arguments: [
            (Provider.plain, GovernedEndpoint.chat, "max_tokens"), (openAI, .chat, "max_completion_tokens"),
            (Provider.plain, .completions, "max_tokens"), (openAI, .completions, "max_tokens"),
        ])
    func limitInserted(provider: Provider, endpoint: GovernedEndpoint, field: String) throws {
        let body = endpoint == .chat ? chat() : #"{"model":"m","prompt":"x"}"#
        #expect(try edited(body, endpoint, for: provider) == "{\"\(field)\":100," + body.dropFirst())
    }

    @Test(
        "a null limit is replaced where the provider knows its name, and left as the nothing it is where not",
        arguments: [
            (Provider.plain, #""max_tokens":null"#, #""max_tokens":100"#, ""),
            (openAI, #""max_completion_tokens": null"#, #""max_completion_tokens": 100"#, ""),
            (Provider.plain, #""max_completion_tokens":null"#, #""max_completion_tokens":null"#, #""max_tokens":100,"#),
            (openAI, #""max_tokens":null"#, #""max_tokens":null"#, #""max_completion_tokens":100,"#),
            (
                Provider.plain, #""max_completion_tokens":null,"max_tokens":null"#,
                #""max_completion_tokens":null,"max_tokens":100"#, ""
            ),
            (
                openAI, #""max_completion_tokens":null,"max_tokens":null"#,
                #""max_completion_tokens":100,"max_tokens":null"#, ""
            ),
        ])
    func nullLimit(provider: Provider, fields: String, result: String, inserted: String) throws {
        #expect(try edited(chat(fields), for: provider) == "{" + inserted + chat(result).dropFirst())
    }

    @Test(
        "a limit of the caller stands",
        arguments: [#""max_tokens":5"#, #""max_completion_tokens":5"#, #""max_tokens":null,"max_completion_tokens":5"#])
    func limitKept(fields: String) throws {
        for provider in [Provider.plain, openAI] { #expect(try edited(chat(fields), for: provider) == chat(fields)) }
    }

    @Test(
        "a stream is asked for its usage, and whatever else the caller set in stream_options is kept",
        arguments: [
            (#""stream":true"#, #""stream_options":{"include_usage":true},"#, #""stream":true"#),
            (#""stream":true,"stream_options":null"#, "", #""stream":true,"stream_options":{"include_usage":true}"#),
            (#""stream":true,"stream_options":{}"#, "", #""stream":true,"stream_options":{"include_usage":true}"#),
            (
                #""stream":true,"stream_options":{ "include_usage" : false }"#, "",
                #""stream":true,"stream_options":{ "include_usage" : true }"#
            ),
            (
                #""stream":true,"stream_options":{"include_usage":null,"x":1}"#, "",
                #""stream":true,"stream_options":{"include_usage":true,"x":1}"#
            ),
            (
                #""stream":true,"stream_options":{"include_obfuscation":false}"#, "",
                #""stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}"#
            ),
            (
                #""stream_options":{"include_usage":true},"stream":true"#, "",
                #""stream_options":{"include_usage":true},"stream":true"#
            ), (#""stream":false"#, "", #""stream":false"#),
            (#""stream":null,"stream_options":null"#, "", #""stream":null,"stream_options":null"#),
        ])
    func streamOptions(fields: String, inserted: String, result: String) throws {
        let limit = #","max_tokens":5"#
        #expect(try edited(chat(fields + limit)) == "{" + inserted + chat(result + limit).dropFirst())
        #expect(try edited(chat(fields + limit), for: old) == chat(fields + limit))
    }

    @Test(
        "a clamped limit goes before the caller's own wherever that is larger, and nothing else changes",
        arguments: [
            (#""max_tokens":500"#, #""max_tokens":100"#), (#""max_tokens": 100"#, #""max_tokens": 100"#),
            (#""max_completion_tokens" : 101 "#, #""max_completion_tokens" : 100 "#),
            (#""max_tokens":7,"max_completion_tokens":900"#, #""max_tokens":7,"max_completion_tokens":100"#),
            (#""max_tokens":900,"max_completion_tokens":901"#, #""max_tokens":100,"max_completion_tokens":100"#),
            (#""max_tokens":null,"max_completion_tokens":300"#, #""max_tokens":null,"max_completion_tokens":100"#),
        ])
    func clamped(given: String, expected: String) throws {
        func body(_ limit: String) -> String {
            #"{"model":"m",\#(limit),"messages":[{"role":"user","content":"max_tokens: 500"}]}"#
        }
        #expect(try edited(body(given), clamped: true) == body(expected))
        #expect(try edited(body(given), clamped: false) == body(given))
    }

    @Test("a request with everything missing gets everything") func all() throws {
        #expect(
            try edited(#" {"messages":[{}],"stream":true,"model":"m"}"#, model: "x", for: openAI)
                == #" {"max_completion_tokens":100,"stream_options":{"include_usage":true},"messages":[{}],"stream":true,"model":"x"}"#
        )
    }

    @Test("what comes out is valid JSON that says what it should, and needs no more edits", arguments: UInt64(1)...200)
    func idempotent(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let fields = [
            [#""model":"m""#, #""model" : "\u006d\u006e""#],
            [#""messages":[{"role":"user","content":"Hi"}]"#, #""messages": [ {} ] "#],
            ["", #""stream":true"#, #""stream":false"#, #""stream":null"#],
            [
                "", #""stream_options":null"#, #""stream_options":{}"#, #""stream_options":{"include_usage":false}"#,
                #""stream_options":{"include_usage":true,"a":[]}"#, #""stream_options":{"a":{}}"#,
            ],
            ["", #""max_tokens":null"#, #""max_tokens":7"#],
            ["", #""max_completion_tokens":null"#, #""max_completion_tokens":8"#], ["", #""n":2"#],
            ["", #""user":"u""#], ["", #""x":{"model":1}"#],
        ]
        var chosen = fields.map { $0[Int.random(in: 0..<$0.count, using: &random)] }.filter { !$0.isEmpty }
        chosen.shuffle(using: &random)
        let body = "{" + chosen.joined(separator: Bool.random(using: &random) ? "," : " ,\n ") + "}"
        let provider = [Provider.plain, openAI, old][Int.random(in: 0...2, using: &random)]
        let request = try parse(body)
        let limit = request.outputLimit ?? 100
        let once = try edited(body, model: "new", limit: limit, for: provider)
        let again = try parse(once)
        #expect(again.edits(for: "new", outputLimit: limit, provider: provider).isEmpty, "\(once)")
        #expect(again.model == "new")
        #expect(again.outputLimit == limit)
        #expect(again.streams == request.streams)
        if request.streams && provider.acceptsStreamOptions { #expect(again.wantsUsage) }
        let object = try #require(JSONSerialization.jsonObject(with: Data(once.utf8)) as? [String: Any])
        #expect(object["model"] as? String == "new")
        #expect(object.values.contains { $0 as? Int == limit })
    }
}
