import Hummingbird
import Logging

/// Makes answers of errors.
struct ErrorAnswers: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch {
            if let known = ConsoleError(error) {
                if known.status.kind == .serverError { log(error, request) }
                return known.response
            }
            if let other = error as? any HTTPResponseError {
                return try other.response(from: request, context: context)
            }
            log(error, request)
            return ConsoleError(
                status: .internalServerError, code: "internal",
                message: "Something is wrong here. The gateway's log says what."
            ).response
        }
    }

    private func log(_ error: any Error, _ request: Request) {
        logger.error(
            "the console could not answer",
            metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
    }
}
