import Testing
import TuppenceCore

@testable import TuppenceSigning

@Suite("Signatures of requests to Amazon Web Services")
struct AWSSignatureTests {
    private static let time = Timestamp(seconds: 1_440_938_160)  // 2015-08-30T12:36:00Z
    private static let credentials = AWSCredentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")

    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        var method = "GET"
        var path = "/"
        var query = ""
        var headers: [[String]] = []
        var body = ""
        let signature: String
        var testDescription: String { name }
    }

    /// From AWS's Signature Version 4 test suite, by its names.
    private static let published = [
        Vector(
            name: "get-vanilla", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            name: "post-vanilla", method: "POST",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Vector(
            name: "post-x-www-form-urlencoded", method: "POST",
            headers: [["Content-Type", "application/x-www-form-urlencoded"]], body: "Param1=value1",
            signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
        Vector(
            name: "get-vanilla-query-order-key-case", query: "Param2=value2&Param1=value1",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Vector(
            name: "get-header-key-duplicate",
            headers: [["My-Header1", "value2"], ["My-Header1", "value2"], ["My-Header1", "value1"]],
            signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
        Vector(
            name: "get-header-value-multiline", headers: [["My-Header1", "value1,value2,value3"]],
            signature: "ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790"),
    ]

    /// What botocore 1.43 makes of a path with more in it than the suite's.
    private static let computed = [
        Vector(
            name: "a path with dots and empty segments", path: "/a/./b/../c//d",
            signature: "a0bfccc88ccd4286fad13574308ed50acabfff5b2f0c50d1f015ba455e4749c6")
    ]

    @Test("are those that AWS publishes", arguments: published + computed)
    func vectors(vector: Vector) {
        var request = AWSSignature.Request(method: vector.method, host: "example.amazonaws.com", path: vector.path)
        request.query = vector.query
        request.headers = vector.headers.map { ($0[0], $0[1]) }
        let signature = AWSSignature(Self.credentials, region: "us-east-1", service: "service")
        let headers = signature.headers(for: request, body: vector.body.utf8, at: Self.time)
        #expect(headers.first?.value == "20150830T123600Z")
        #expect(headers.last?.value.hasSuffix("Signature=\(vector.signature)") == true, "\(headers)")
    }

    @Test("of requests to Bedrock, whose ids have colons and slashes, are those that botocore 1.43 computes")
    func bedrock() {
        var credentials = Self.credentials
        credentials.sessionToken = "TOKEN/with+signs=="
        var request = AWSSignature.Request(
            method: "POST", host: "bedrock-runtime.us-east-1.amazonaws.com",
            path: "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse")
        request.headers = [("content-type", "application/json")]
        let headers = AWSSignature(credentials, region: "us-east-1", service: "bedrock")
            .headers(for: request, body: #"{"messages":[]}"#.utf8, at: Self.time)
        #expect(
            headers.map(\.name) == ["x-amz-date", "x-amz-security-token", "authorization"])
        #expect(
            headers.last?.value
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=c0149beef155a39b2c74ea7439d9cb4cd1fe04e80f124131af6988993b138e32"
        )
    }

    @Test("of a profile's ARN in another region, too")
    func profile() {
        var request = AWSSignature.Request(
            method: "POST", host: "bedrock-runtime.eu-west-1.amazonaws.com",
            path:
                "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse-stream"
        )
        request.headers = [("Content-Type", "application/json")]
        let headers = AWSSignature(Self.credentials, region: "eu-west-1", service: "bedrock")
            .headers(for: request, body: #"{"é":1}"#.utf8, at: Self.time)
        #expect(
            headers.last?.value.hasSuffix("13aba7ff932954cbf679be904cfac09abc5937d7095721cd901ba0e4070ff027") == true)
    }

    @Test("change with each thing that is signed")
    func everythingCounts() {
        var request = AWSSignature.Request(method: "POST", host: "a", path: "/a")
        request.query = "a=1"
        request.headers = [("b", "c")]
        let signature = AWSSignature(Self.credentials, region: "r", service: "s")
        var seen: Set<String> = []
        func add(_ change: (inout AWSSignature.Request) -> Void, body: String = "", seconds: Int64 = 0) {
            var changed = request
            change(&changed)
            seen.insert(
                signature.headers(for: changed, body: body.utf8, at: Timestamp(seconds: seconds)).last?.value ?? "")
        }
        add { _ in }
        add { $0.method = "GET" }
        add { $0.host = "b" }
        add { $0.path = "/b" }
        add { $0.query = "a=2" }
        add { $0.headers = [("b", "d")] }
        add({ _ in }, body: "x")
        add({ _ in }, seconds: 1)
        #expect(seen.count == 8)
    }

    @Test("show no secret where credentials are printed")
    func secrecy() {
        var credentials = Self.credentials
        credentials.sessionToken = "hush"
        var text = ""
        dump(credentials, to: &text)
        let shown = "\(credentials) \(String(reflecting: credentials)) \(text)"
        #expect(!shown.contains("wJalr") && !shown.contains("hush") && shown.contains("AKIDEXAMPLE"))
    }
}
