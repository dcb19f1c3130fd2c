import Foundation
import Hummingbird
import NIOCore
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway

/// Passes a request on to the data plane, as any caller would send it, and the answer back as it comes.
///
/// Pages may ask nobody but this host, which is why it goes through here. The answer is a stream of events of its own: `began`
/// with where it comes from, then the data plane's stream as it is; or `refused`.
struct PlaygroundRelay: Sendable {
    let gateway: Gateway

    private struct Began: Encodable {
        let requestId: String
        let target: String
        /// Of a token each; nil where they are not known.
        let inputPicodollars: Int64?
        let outputPicodollars: Int64?
    }

    private struct Refused: Encodable {
        let status: Int
        let code: String
        let message: String
        let requestId: String?
    }

    /// Who closes the page, or says stop, ends the request as any caller does who leaves.
    func answer(to request: Request, upTo limit: Int) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8"],
            body: ResponseBody { writer in
                try await request.body.consumeWithCancellationOnInboundClose { body in
                    try await relay(body, upTo: limit, to: &writer)
                }
                try await writer.finish(nil)
            })
    }

    private func relay(_ body: RequestBody, upTo limit: Int, to writer: inout any ResponseBodyWriter) async throws {
        do {
            let request = try PlaygroundRequest(try await body.collect(upTo: limit))
            let call = try await InnerCall.open(
                "/v1/chat/completions", request.body, secret: request.key, on: gateway.plane)
            guard call.status < 400 else { return try await writer.write(event("refused", try await refusal(call))) }
            try await writer.write(event("began", began(call)))
            while let bytes = try await call.next() { try await writer.write(bytes) }
        } catch let interrupted as CallInterrupted {
            try await writer.write(
                event(
                    "refused",
                    Refused(
                        status: 503, code: "shutting_down",
                        message:
                            "The answer broke off: the gateway is being stopped\(interrupted.inBrackets). Try again once it is back.",
                        requestId: nil)))
        } catch {
            guard let known = ConsoleError(error) else { throw error }
            try await writer.write(
                event(
                    "refused",
                    Refused(
                        status: known.status.code, code: known.code, message: known.message, requestId: nil)))
        }
    }

    private func began(_ call: InnerCall) -> Began {
        let target = Target(
            provider: call.field("x-tuppence-provider") ?? "", model: call.field("x-tuppence-model") ?? "")
        let rates = gateway.loaded.configuration.policy.prices.listing(of: target)?.rates.standard
        return Began(
            requestId: call.field("x-tuppence-request-id") ?? "", target: target.description,
            inputPicodollars: rates?.input.picodollars, outputPicodollars: rates?.output.picodollars)
    }

    private struct ErrorBody: Decodable {
        struct Details: Decodable {
            let message: String
        }

        let error: Details
    }

    /// An error of ours says what to do; one of a provider's comes as its provider has written it.
    private func refusal(_ call: InnerCall) async throws -> Refused {
        let body = try await call.wholeBody()
        let told = try? JSONDecoder().decode(ErrorBody.self, from: Data(body))
        return Refused(
            status: call.status, code: call.field("x-tuppence-error-code") ?? "",
            message: told?.error.message ?? String(decoding: body.prefix(1_000), as: UTF8.self),
            requestId: call.field("x-tuppence-request-id"))
    }

    private func event(_ name: String, _ value: some Encodable) -> ByteBuffer {
        ByteBuffer(string: "event: \(name)\ndata: \(ConsoleJSON.text(value))\n\n")
    }
}
