import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Pieces of Gemini's dialect")
struct GeminiPiecesTests {
    @Test(
        "base64 of every length, in both alphabets",
        arguments: [
            ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
            ("foob", "Zm9vYg==", "Zm9vYg"),
            ("~~?", "fn4/", "fn4_"), ("~~>", "fn4+", "fn4-"),
        ])
    func base64(text: String, plain: String, address: String) {
        #expect(string(Base64.encoded(text.utf8)) == plain)
        #expect(string(Base64.encoded(text.utf8, forURL: true)) == address)
        #expect(Base64.decoded(plain.utf8) == Array(text.utf8))
        #expect(Base64.decoded(address.utf8) == Array(text.utf8))
    }

    @Test("what is no base64 is not decoded, not in part either", arguments: ["Z", "Zg===", "Z=g", "Zm9v Zm9v", "é"])
    func notBase64(text: String) { #expect(Base64.decoded(text.utf8) == nil) }

    @Test("places in a text, in bytes and in characters, both ways")
    func offsets() {
        let text = "aé😀b\u{301}"
        var offsets = TextOffsets()
        for piece in ["aé", "😀", "b\u{301}"] { offsets.add(JSONString(piece)) }
        #expect(offsets.bytes == text.utf8.count)
        #expect(offsets.characters == text.unicodeScalars.count)
        var byte = 0
        for (index, scalar) in text.unicodeScalars.enumerated() {
            #expect(offsets.characters(beforeByte: byte) == index)
            #expect(offsets.bytes(beforeCharacter: index) == byte)
            byte += String(scalar).utf8.count
        }
        #expect(offsets.characters(beforeByte: .max) == offsets.characters)
        #expect(offsets.bytes(beforeCharacter: .max) == offsets.bytes)
        #expect(offsets.characters(beforeByte: -1) == 0)
    }

    @Test("arguments in pieces are put where their paths lead")
    func partialArguments() throws {
        let pieces = #"""
            [{"jsonPath":"$.a.list[0].x","stringValue":"on","willContinue":true},{"jsonPath":"$.a.list[0].x","stringValue":"e"},
            {"jsonPath":"$.a.list[1].x","numberValue":2.5},{"jsonPath":"$['b.c']","boolValue":true},
            {"jsonPath":"$.n","nullValue":"NULL_VALUE"},{"jsonPath":"nonsense","stringValue":"x"},
            {"jsonPath":"$.far[99999999]","stringValue":"x"},{"jsonPath":"$.open[0","stringValue":"x"}]
            """#
        var arguments = GeminiPartialArguments()
        try JSONTree.read(Array(pieces.utf8)) { root in for piece in root.elements { arguments.add(piece) } }
        #expect(
            arguments.text.decoded == #"{"a":{"list":[{"x":"one"},{"x":2.5}]},"b.c":true,"n":null}"#)
    }

    @Test("a path of a few bytes makes thousands of elements, but not again and again")
    func partialLists() throws {
        let pieces = (0..<100).map { #"{"jsonPath":"$.a\#($0)[4096]","numberValue":1}"# }
        var arguments = GeminiPartialArguments()
        try JSONTree.read(Array("[\(pieces.joined(separator: ","))]".utf8)) { root in
            for piece in root.elements { arguments.add(piece) }
        }
        let text = arguments.text.decoded
        #expect(text.hasPrefix(#"{"a0":[null,null,"#) && text.contains(#"null,1],"a1":["#))
        #expect(text.utf8.count < 5 * (1 << 16) + 10_000)
    }

    @Test(
        "a model's name says what it can do",
        arguments: [
            ("gemini-2.5-flash", 25), ("gemini-3-pro-preview", 30), ("gemini-3.1-pro-preview", 31),
            ("gemini-flash-latest", 39),
            ("gemini-2.0-flash-lite", 20), ("publishers/google/models/gemini-1.5-pro-002", 15), ("gemini-exp-1206", 39),
        ])
    func models(name: String, version: Int) { #expect(GeminiModel(name).version == version) }

    @Test("others have neither levels nor signatures", arguments: ["gemma-3-27b-it", "a-route"])
    func otherModels(name: String) {
        #expect(!GeminiModel(name).canThink)
        #expect(!GeminiModel(name).checksSignatures)
    }

    // MARK: Service accounts

    private static let file = #"""
        {"type":"service_account","project_id":"p","private_key_id":"k1","private_key":"-----BEGIN PRIVATE KEY-----\nsecret\n",
        "client_email":"a@p.iam.gserviceaccount.com","token_uri":"https://oauth2.googleapis.com/token"}
        """#

    @Test("a service account asks for a token with a signed assertion, valid for an hour")
    func assertion() throws {
        let account = try GoogleServiceAccount(Array(Self.file.utf8))
        #expect(account.project == "p")
        var signed: [UInt8] = []
        let body = account.tokenRequest(at: Timestamp(seconds: 1_700_000_000)) { message in
            signed = message
            return [0xFF, 0xFE, 0xFD]
        }
        let form = string(body)
        #expect(form.hasPrefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="))
        let parts = form.split(separator: "=").last?.split(separator: ".").map { Base64.decoded($0.utf8) ?? [] } ?? []
        #expect(parts.count == 3)
        #expect(form.hasSuffix(string(signed) + "." + "__79"))
        let header = try JSONDocument(parts[0])
        #expect(header["alg"] == "RS256")
        #expect(header["kid"] == "k1")
        let claims = try JSONDocument(parts[1])
        #expect(claims["iss"] == "a@p.iam.gserviceaccount.com")
        #expect(claims["aud"] == "https://oauth2.googleapis.com/token")
        #expect(claims["scope"] == "https://www.googleapis.com/auth/cloud-platform")
        #expect(claims["exp"] == "1700003600")
        #expect(!"\(account) \(String(reflecting: account))".contains("secret"))
    }

    @Test("files that are no key", arguments: ["{", "[]", #"{"type":"authorized_user","client_id":"c"}"#])
    func noAccounts(file: String) {
        #expect(throws: GoogleServiceAccount.Fault.self) { try GoogleServiceAccount(Array(file.utf8)) }
    }

    @Test("a token is valid as long as Google says, and stale some minutes before")
    func token() throws {
        let time = Timestamp(seconds: 1_000)
        let token = try GoogleAccessToken(
            status: 200, body: Array(#"{"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"}"#.utf8),
            at: time)
        #expect(token.value == "ya29.x")
        #expect(token.expires == Timestamp(seconds: 4_599))
        #expect(!token.isStale(at: time))
        #expect(!token.isStale(at: Timestamp(seconds: 4_298)))
        #expect(token.isStale(at: Timestamp(seconds: 4_299)))
        #expect(!"\(token) \(String(reflecting: token))".contains("ya29"))
    }

    @Test("a refused token is told in Google's words")
    func refusedToken() {
        let body = Array(#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#.utf8)
        #expect(
            throws: GoogleServiceAccount.Fault(
                message: "Google gave no token, but status 400 (invalid_grant: Invalid JWT Signature.).")
        ) {
            try GoogleAccessToken(status: 400, body: body, at: Timestamp(seconds: 0))
        }
    }
}
