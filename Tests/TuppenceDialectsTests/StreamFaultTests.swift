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

    @Test(
        "say that no credit is left, or that there is some for smaller requests",
        arguments: [
            (
                "This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 4210.",
                true
            ),
            ("Insufficient credits. Add more at the provider's.", false),
        ])
    func credit(message: String, isTooDear: Bool) {
        let words = #"{"error":{"code":402,"message":"\#(message)"}}"#
        let error = ProviderError(status: 402, body: Array(words.utf8))
        #expect(error.kind == .outOfQuota && error.isTooDear == isTooDear)
        let failure = StreamFault(words.utf8).failure
        #expect(failure.statedStatus == 402 && failure.isTooDear == isTooDear)
        #expect(failure.saysNoCredit == !isTooDear)
        #expect(!ProviderError(.badRequest, message, status: 400).isTooDear)
    }

    @Test(
        "are no word on our account where they say that a file of the caller's may not be read",
        arguments: [
            ("You do not have permission to access the File abc or it may not exist.", true),
            ("CachedContent not found (or permission denied)", true),
            ("Access denied to s3://bucket/key.", true),
            ("Permission 'storage.objects.get' denied on resource (or it may not exist).", true),
            ("You are not authorized to perform bedrock:InvokeModel on resource inference-profile/x.", false),
            ("Your API key does not have permission to use this model.", false),
        ])
    func files(message: String, isAboutFile: Bool) {
        let words = #"{"error":{"code":403,"message":"\#(message)","status":"PERMISSION_DENIED"}}"#
        #expect(ProviderError(status: 403, body: Array(words.utf8)).isAboutFile == isAboutFile)
        let failure = StreamFault(words.utf8).failure
        #expect(failure.isBlameless == isAboutFile && failure.statedStatus == 403 && !failure.isOurAccounts)
    }

    @Test("are told with the beginning of their words")
    func length() {
        let text = #"{"message":"\#(String(repeating: "x", count: 5_000))","code":"rate_limit_exceeded"}"#
        let fault = StreamFault(text.utf8)
        #expect(fault.kind == .rateLimit && fault.text == String(text.prefix(400)))
    }
}
