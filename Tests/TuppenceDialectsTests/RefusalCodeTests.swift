import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Our code for a provider's error")
struct RefusalCodeTests {
    @Test(
        "is that of a provider which is not there for us where our account is wanting, whatever the status",
        arguments: [
            (#"{"code":"invalid-argument","error":"Incorrect API key provided"}"#, 400),
            (
                #"{"error":{"code":400,"message":"Bad.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#,
                400
            ),
            (#"{"error":{"message":"Your credit balance is too low."}}"#, 400),
            (#"{"error":{"message":"m"}}"#, 401), (#"{"error":{"message":"m"}}"#, 402),
            (#"{"error":{"message":"m"}}"#, 403),
        ])
    func account(body: String, status: Int) {
        let error = GeminiChat.readError(status: status, body: Array(body.utf8))
        #expect(error.refusalCode == .upstreamUnavailable)
    }

    @Test(
        "is that of a bad request where a caller's file is not for us, or the request asks for too much",
        arguments: [
            (#"{"error":{"type":"permission_error","message":"m"}}"#, 400),
            (
                #"{"error":{"code":403,"message":"You do not have permission to access the File abc.","status":"PERMISSION_DENIED"}}"#,
                403
            ),
        ])
    func file(body: String, status: Int) {
        let error = GeminiChat.readError(status: status, body: Array(body.utf8))
        #expect(error.refusalCode == .invalidRequest)
    }

    @Test("is the same for a model that is gone, however its provider says so", arguments: [400, 404, 410, 422])
    func gone(status: Int) {
        let body = #"{"error":{"message":"The model `x` was retired.","code":"model_not_found"}}"#
        let error = ProviderError(status: status, body: Array(body.utf8))
        #expect(error.modelWord == .gone && error.refusalCode == .invalidRequest)
    }

    @Test(
        "goes by the status otherwise",
        arguments: [
            (400, "invalid_request"), (404, "invalid_request"), (410, "invalid_request"), (422, "invalid_request"),
            (413, "request_too_large"), (429, "rate_limited"), (409, "upstream_unavailable"),
        ])
    func status(status: Int, code: String) {
        #expect(ProviderError(status: status, body: Array("oops".utf8)).refusalCode.name == code)
    }
}
