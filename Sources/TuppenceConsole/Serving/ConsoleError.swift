import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TuppenceAdministration
import TuppenceConfiguration
import TuppenceCore

/// What the console answers where it does not do what it was asked for: `{"error": {"code": …, "message": …}}`.
struct ConsoleError: Error, Sendable {
    let status: HTTPResponse.Status
    /// Stable, for programs.
    let code: String
    /// What is wrong, and what to do about it.
    let message: String
    var fields: HTTPFields = [:]

    static let notSignedIn = ConsoleError(
        status: .unauthorized, code: "not_signed_in",
        message:
            "This needs a token of the console: 'Authorization: Bearer tp_admin_…', or a browser that is signed in.",
        fields: [.wwwAuthenticate: "Bearer"])
    static let invalidToken = ConsoleError(
        status: .unauthorized, code: "invalid_token",
        message: "The token does not count here. Make one with: tuppence console token create <name>",
        fields: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])

    static func forbidden(_ identity: Identity, needs role: OperatorRole) -> ConsoleError {
        ConsoleError(
            status: .forbidden, code: "forbidden",
            message:
                "This is for the role '\(role.rawValue)'; the token '\(identity.name)' has the role '\(identity.role.rawValue)'."
        )
    }

    static let foreignForm = ConsoleError(
        status: .forbidden, code: "foreign_form",
        message: "This form is not of your session. Load the page again, and send it from there.")

    static func methodNotAllowed(_ path: String, _ methods: Set<HTTPRequest.Method>) -> ConsoleError {
        let names = methods.map(\.rawValue).sorted().joined(separator: ", ")
        return ConsoleError(
            status: .methodNotAllowed, code: "method_not_allowed", message: "\(path) takes \(names).",
            fields: [.allow: names])
    }

    static func unsupportedEncoding(_ coding: String) -> ConsoleError {
        ConsoleError(
            status: .unsupportedMediaType, code: "unsupported_encoding",
            message: "The body has 'content-encoding: \(coding.prefix(40))'. Send it uncompressed.",
            fields: [.acceptEncoding: "identity"])
    }

    static func tooManyTries(_ wait: Milliseconds) -> ConsoleError {
        let seconds = (wait.count + 999) / 1_000
        return ConsoleError(
            status: .tooManyRequests, code: "too_many_tries",
            message: "Too many tokens from your address did not count. Try again in \(seconds) s.",
            fields: [.retryAfter: "\(seconds)"])
    }

    var response: Response {
        var response = Response.json(ConsoleJSON.text(Body(error: .init(code: code, message: message))), status: status)
        for field in fields { response.headers.append(field) }
        return response
    }

    private struct Body: Encodable {
        struct Details: Encodable {
            let code: String
            let message: String
        }

        let error: Details
    }
}

extension ConsoleError {
    /// What to answer after `error`; nil where it is nothing that the caller could know.
    init?(_ error: any Error) {
        switch error {
        case let error as ConsoleError: self = error
        case let error as AdministrationError:
            let status: HTTPResponse.Status =
                switch error.code {
                case .invalid: .unprocessableContent
                case .notFound: .notFound
                case .conflict: .conflict
                case .stale: .preconditionFailed
                case .noVersion: .preconditionRequired
                case .unknownOutcome: .serviceUnavailable
                }
            self.init(status: status, code: error.code.rawValue, message: error.description)
        case let error as BudgetDefinitionError:
            self.init(status: .unprocessableContent, code: "invalid_request", message: error.description)
        case is StoreError:
            self.init(
                status: .serviceUnavailable, code: "store_unavailable",
                message: "The store could not be read or written. The gateway's log says why.")
        // Neither is to be repeated: it quotes what was sent, tokens among it.
        case is URLEncodedFormError, is DecodingError:
            self.init(
                status: .unprocessableContent, code: "invalid_request",
                message: "What was sent could not be read, or lacks something.")
        case is NIOTooManyBytesError:
            self.init(
                status: .contentTooLarge, code: "request_too_large", message: "The body is longer than 256 KB.")
        case let error as HTTPError:
            self.init(
                status: error.status, code: Self.code(of: error.status),
                message: error.body ?? error.status.reasonPhrase)
        default: return nil
        }
    }

    private static func code(of status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .contentTooLarge: "request_too_large"
        default: status.kind == .clientError ? "invalid_request" : "internal"
        }
    }
}
