import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Errors that say that a model is not there")
struct ModelGoneErrorTests {
    @Test(
        "by their code, or with 404 by words for nothing else",
        arguments: [
            (
                404,
                #"{"error":{"message":"The model `x` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#
            ),
            (404, #"{"error":{"code":"DeploymentNotFound","message":"The API deployment does not exist."}}"#),
            (400, #"{"error":{"message":"`x` has been decommissioned.","code":"model_decommissioned"}}"#),
            (400, #"{"object":"error","message":"Invalid model: x","type":"invalid_model","code":"1500"}"#),
            (404, #"{"message":"This model version has reached the end of its life."}"#),
            (404, #"{"message":"Could not resolve the foundation model from the provided model identifier."}"#),
            (410, #"{"error":{"message":"Gone.","param":"model","code":"model_not_found"}}"#),
        ])
    func gone(status: Int, body: String) {
        #expect(ProviderError(status: status, body: Array(body.utf8)).modelWord == .gone)
    }

    @Test(
        "or with 404 and 410 by their words, if those name it",
        arguments: [
            (404, #"{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}"#),
            (
                404,
                #"{"error":{"code":404,"message":"models/gemini-x is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}}"#
            ),
            (404, #"{"error":{"message":"The model `x` does not exist.","param":"model"}}"#),
            (404, #"{"code":"Some requested entity was not found","error":"The model x does not exist."}"#),
            (404, #"{"id":"1","message":"model 'x' not found, make sure the correct model ID was used"}"#),
            (404, #"{"error":{"message":"No endpoints found for a/x.","code":404}}"#),
            (404, #"{"error":"model \"x\" not found, try pulling it first"}"#),
            (410, #"{"detail":"The model 'x' has reached its end of life."}"#),
            (404, #"{"error":{"message":"Model x not found"}}"#),
            (404, #"{"detail":"Model x does not exist"}"#),
        ])
    func perhaps(status: Int, body: String) {
        let error = ProviderError(status: status, body: Array(body.utf8))
        #expect(error.modelWord == .perhapsGone)
        var failure = UpstreamFailure(.status, status: status, detail: "")
        failure.take(error.modelWord, in: error.message)
        #expect(failure.isModelGone && failure.wordsOnModel == error.message && !failure.isBlameless)
    }

    @Test(
        "one that is there for another endpoint may be elsewhere for this one, and is nobody's fault",
        arguments: [
            "This model is only supported in v1/responses and not in v1/chat/completions.",
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint.",
        ])
    func elsewhere(message: String) {
        let body = #"{"error":{"message":"\#(message)","type":"invalid_request_error","param":"model","code":null}}"#
        let error = ProviderError(status: 404, body: Array(body.utf8))
        #expect(error.modelWord == .elsewhere)
        var failure = UpstreamFailure(.status, status: 404, detail: "")
        failure.take(error.modelWord, in: error.message)
        #expect(failure.isRetryable && failure.isBlameless)
    }

    @Test(
        "one that a 400 calls no valid one may be elsewhere, and nobody is blamed for what a request may have said",
        arguments: ["deepseek/deepseek-v3.2 is not a valid model ID", "Model Not Exist"])
    func invalid(message: String) {
        let body = #"{"error":{"message":"\#(message)","code":400}}"#
        #expect(ProviderError(status: 400, body: Array(body.utf8)).modelWord == .elsewhere)
    }

    @Test(
        "and not where something else is missing, or a model is only spoken of",
        arguments: [
            (404, #"{"error":{"message":"No such File object: file-x","type":"invalid_request_error"}}"#),
            (
                400,
                #"{"error":{"message":"Previous response with id 'resp_x' not found.","code":"previous_response_not_found"}}"#
            ),
            (404, #"{"type":"error","error":{"type":"not_found_error","message":"File not found: file_x"}}"#),
            (404, "404 page not found"), (404, ""),
            (400, #"{"error":{"message":"The model `x` does not support tools.","type":"invalid_request_error"}}"#),
            (500, #"{"error":{"message":"The model x failed.","type":"server_error"}}"#),
            (401, #"{"error":{"message":"no","code":"model_not_found"}}"#),
            (410, "Gone"),
            (410, #"{"code":"gone","error":"Live search is deprecated. Please switch to the Agent Tools API."}"#),
            (404, #"{"error":{"message":"No such model.","param":"tools[0].model","code":"model_not_found"}}"#),
            (404, #"{"error":{"message":"Item with id 'the model x' not found.","param":"input","code":null}}"#),
            (404, #"{"error":{"message":"Item with id 'the model x' not found.","code":null}}"#),
        ])
    func others(status: Int, body: String) {
        #expect(ProviderError(status: status, body: Array(body.utf8)).modelWord == nil)
    }

    @Test("mean the same within a stream, as does an input that is too long")
    func faults() {
        let gone = StreamFault(#"{"code":"model_not_found","message":"m"}"#.utf8).failure
        #expect(gone.isModelGone && gone.isRetryable && !gone.isTooLong)
        let long = StreamFault(#"{"code":"context_length_exceeded","message":"m"}"#.utf8).failure
        #expect(long.isTooLong && !long.isModelGone && !long.isRetryable)
    }
}
