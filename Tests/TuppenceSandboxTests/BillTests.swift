import Testing

@testable import TuppenceSandbox

@Suite("The sandbox's bill")
struct BillTests {
    @Test("it is written with its names in order")
    func bytes() {
        var bill = SandboxBill()
        var line = SandboxBill.Line()
        line.requests = 1
        line.promptTokens = 10
        line.cachedTokens = 4
        line.completionTokens = 5
        line.nanodollars = 3_500
        bill.add(line, for: "chat-small")
        line = SandboxBill.Line()
        line.requests = 2
        line.embeddingTokens = 7
        line.pieces = 3
        line.nanodollars = .max - 3_500
        bill.add(line, for: "audio")
        let audio =
            #"{"cached_tokens":0,"completion_tokens":0,"embedding_tokens":7,"nanodollars":9223372036854772307,"pieces":3,"prompt_tokens":0,"requests":2}"#
        let chat =
            #"{"cached_tokens":4,"completion_tokens":5,"embedding_tokens":0,"nanodollars":3500,"pieces":0,"prompt_tokens":10,"requests":1}"#
        #expect(
            bill.json.text
                == #"{"by_model":{"audio":\#(audio),"chat-small":\#(chat)},"cached_tokens":4,"completion_tokens":5,"embedding_tokens":7,"nanodollars":9223372036854775807,"pieces":3,"prompt_tokens":10,"requests":3}"#
        )
    }

    @Test("of nothing it is answered with zeros", arguments: [("GET", "/sandbox/bill"), ("POST", "/sandbox/reset")])
    func empty(method: String, path: String) {
        let request = SandboxRequest(method: method, path: path, query: "", contentType: nil, body: [])
        let played = Played(SandboxService().answer(request))
        #expect(played.head.status == 200)
        #expect(
            String(decoding: played.body, as: UTF8.self)
                == #"{"by_model":{},"cached_tokens":0,"completion_tokens":0,"embedding_tokens":0,"nanodollars":0,"pieces":0,"prompt_tokens":0,"requests":0}"#
        )
    }
}
