import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Errors within streams")
struct StreamFaultTests {
    @Test(
        "mean what their names, their words or their status say, and else that the provider failed",
        arguments: [
            (#"{"type":"invalid_request_error","code":"context_length_exceeded","message":"m"}"#, .contextTooLong),
            (#"{"code":"invalid_prompt","message":"m"}"#, .badRequest),
            (#"{"type":"image_generation_user_error","code":"image_too_large","message":"m"}"#, .badRequest),
            (#"{"code":"image_content_policy_violation","message":"m"}"#, .contentFilter),
            (#"{"type":"insufficient_quota","code":"insufficient_quota","message":"m"}"#, .outOfQuota),
            (#"{"code":"rate_limit_exceeded","message":"m"}"#, .rateLimit),
            (#"{"code":"server_error","message":"m"}"#, .server),
            (#"{"type":"overloaded_error","message":"Overloaded"}"#, .overloaded),
            (#"{"code":400,"message":"m","status":"INVALID_ARGUMENT"}"#, .badRequest),
            (#"{"code":503,"message":"m","status":"UNAVAILABLE"}"#, .overloaded),
            (#"{"message":"This model's maximum context length is 8192 tokens."}"#, .contextTooLong),
            (#"{"type":"error","error":{"code":"context_length_exceeded","message":"m"}}"#, .contextTooLong),
            (#""prompt is too long""#, .contextTooLong), (#""oops""#, .server), (#"{"message":"oops"}"#, .server),
            ("true", .server), ("{", .server),
        ] as [(String, ProviderError.Kind)])
    func kinds(words: String, kind: ProviderError.Kind) { #expect(StreamFault(words.utf8).kind == kind) }

    @Test("blame nobody for a request that is at fault, and charge it nothing")
    func failures() {
        let request = StreamFault(#"{"code":"context_length_exceeded","message":"m"}"#.utf8).failure
        #expect(request.kind == .errorInStream && request.statedStatus == 400 && request.isFree)
        let account = StreamFault(#"{"code":"insufficient_quota","message":"m"}"#.utf8).failure
        #expect(account.isOurAccounts && account.isFree)
        let provider = StreamFault(#"{"message":"oops"}"#.utf8).failure
        #expect(provider.statedStatus == 502 && !provider.isFree && !provider.isOurAccounts)
    }

    @Test("are told with the beginning of their words")
    func length() {
        let text = #"{"message":"\#(String(repeating: "x", count: 5_000))","code":"rate_limit_exceeded"}"#
        let fault = StreamFault(text.utf8)
        #expect(fault.kind == .rateLimit && fault.text == String(text.prefix(400)))
    }
}
