import Foundation
import TuppenceCore
import TuppenceDialects

/// One line of a batch's output: `{"id": …, "custom_id": …, "response": {"status_code", "request_id", "body"}, "error": null}`.
///
/// `idempotency_key` is in no format but this: it tells which request has been answered, should another come by its `custom_id`.
///
/// Source: https://platform.openai.com/docs/api-reference/batch/request-output (read 2026-11).
enum BatchLine {
    /// The line of an answer, success or not, with its end.
    static func text(_ answer: GatewayClient.Answer, to request: BatchRequest) -> [UInt8] {
        let requestID = answer.requestID ?? ""
        guard answer.isJSON else {
            return failure(
                "invalid_answer", "The answer (status \(answer.status), request \(requestID)) is no JSON.", of: request)
        }
        // A line break in JSON is white space between its parts: in a string it is escaped.
        let body = answer.body.map { $0 == 10 || $0 == 13 ? 32 : $0 }
        return beginning(of: request, id: requestID.isEmpty ? request.idempotencyKey : requestID)
            + Array(",\"response\":{\"status_code\":\(answer.status),\"request_id\":".utf8)
            + JSONWriting.quoted(requestID) + Array(",\"body\":".utf8) + body + Array("},\"error\":null}\n".utf8)
    }

    /// The line of a request that there is no answer to.
    static func failure(_ code: String, _ message: String, of request: BatchRequest) -> [UInt8] {
        beginning(of: request, id: request.idempotencyKey)
            + Array(",\"response\":null,\"error\":{\"code\":\"\(code)\",\"message\":".utf8)
            + JSONWriting.quoted(message)
            + Array("}}\n".utf8)
    }

    private static func beginning(of request: BatchRequest, id: String) -> [UInt8] {
        let name = id.hasPrefix("req_") ? "batch_\(id)" : "batch_req_\(id)"
        return Array("{\"id\":".utf8) + JSONWriting.quoted(name) + Array(",\"custom_id\":".utf8)
            + JSONWriting.quoted(request.customID) + Array(",\"idempotency_key\":".utf8)
            + JSONWriting.quoted(request.idempotencyKey)
    }

    /// What a line says that stands in a file already; nil where it is none of a batch's output.
    ///
    /// `idempotencyKey` is nil where another program has written it.
    static func read(_ line: ArraySlice<UInt8>) -> (customID: String, idempotencyKey: String?, isSuccess: Bool)? {
        var customID, idempotencyKey: String?
        var status: Int?
        // A request has a custom_id, too.
        var hasOutcome = false
        let isWhole = line.withUnsafeBytes { bytes in
            var cursor = JSONCursor(bytes)
            do throws(JSONError) {
                guard try cursor.kind() == .object else { return false }
                try cursor.object { (cursor, key) throws(JSONError) in
                    let kind = try cursor.kind()
                    if key.equals("response") || key.equals("error") { hasOutcome = true }
                    if key.equals("custom_id"), kind == .string {
                        customID = try cursor.string().decoded
                    } else if key.equals("idempotency_key"), kind == .string {
                        idempotencyKey = try cursor.string().decoded
                    } else if key.equals("response"), kind == .object {
                        try cursor.object { (cursor, key) throws(JSONError) in
                            let value = try cursor.skipValue()
                            if key.equals("status_code") { status = Int(String(decoding: bytes[value], as: UTF8.self)) }
                        }
                    } else {
                        try cursor.skipValue()
                    }
                }
                try cursor.end()
                return true
            } catch { return false }
        }
        guard isWhole, hasOutcome, let customID else { return nil }
        return (customID, idempotencyKey, (200..<300).contains(status ?? 0))
    }
}

extension GatewayClient.Answer {
    var isSuccess: Bool { (200..<300).contains(status) && isJSON }
    var isJSON: Bool { RawJSON(body) != nil }
    var requestID: String? { fields.first("x-tuppence-request-id") ?? fields.first("x-request-id") }
    /// What it was charged, as far as that is known; nothing where it was given again.
    var cost: Money {
        isReplayed ? .zero : fields.first("x-tuppence-cost-usd").flatMap { Money(usd: $0) } ?? costInBody ?? .zero
    }
    /// `usage.cost`, which is there while a slower attempt is still read on and no header tells the sum.
    private var costInBody: Money? {
        var cost: Money?
        body.withUnsafeBytes { bytes in
            var cursor = JSONCursor(bytes)
            do throws(JSONError) {
                guard try cursor.kind() == .object else { return }
                try cursor.object { (cursor, key) throws(JSONError) in
                    guard key.equals("usage"), try cursor.kind() == .object else { return _ = try cursor.skipValue() }
                    try cursor.object { (cursor, key) throws(JSONError) in
                        let value = try cursor.skipValue()
                        if key.equals("cost") { cost = Money(usd: String(decoding: bytes[value], as: UTF8.self)) }
                    }
                }
            } catch {
                // It tells no cost then.
                cost = nil
            }
        }
        return cost
    }
    var isReplayed: Bool { fields.first("idempotent-replayed") == "true" }
    /// The stable code of an error; nil of a success.
    var errorCode: String? { fields.first("x-tuppence-error-code") }

    /// What an error says to people: its `error.message`, or the whole body of one that has none.
    var errorMessage: String {
        var message: String?
        body.withUnsafeBytes { bytes in
            var cursor = JSONCursor(bytes)
            do throws(JSONError) {
                guard try cursor.kind() == .object else { return }
                try cursor.object { (cursor, key) throws(JSONError) in
                    guard key.equals("error"), try cursor.kind() == .object else { return _ = try cursor.skipValue() }
                    try cursor.object { (cursor, key) throws(JSONError) in
                        if key.equals("message"), try cursor.kind() == .string {
                            message = try cursor.string().decoded
                        } else {
                            try cursor.skipValue()
                        }
                    }
                }
            } catch {
                // Then it is shown as it is.
                message = nil
            }
        }
        return message ?? String(decoding: body.prefix(500), as: UTF8.self)
    }
}
