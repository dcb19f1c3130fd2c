import HTTPTypes
import Hummingbird

/// What every answer of the console says to browsers: nothing but what this host serves, in no frame, as the type it has.
struct SecurityHeaders<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do { response = try await next(request, context) } catch let error as any HTTPResponseError {
            response = try error.response(from: request, context: context)
        }
        for (name, value) in Self.fields where response.headers[name] == nil { response.headers[name] = value }
        return response
    }

    private static var fields: [(HTTPField.Name, String)] {
        [
            (
                .contentSecurityPolicy,
                "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
            ),
            (.xFrameOptions, "DENY"), (.xContentTypeOptions, "nosniff"), (.referrerPolicy, "no-referrer"),
            (.crossOriginOpenerPolicy, "same-origin"), (.crossOriginResourcePolicy, "same-origin"),
            (.cacheControl, "no-store"),
        ]
    }
}

extension HTTPField.Name {
    static let xFrameOptions = HTTPField.Name.made("X-Frame-Options")
    static let referrerPolicy = HTTPField.Name.made("Referrer-Policy")
    static let crossOriginOpenerPolicy = HTTPField.Name.made("Cross-Origin-Opener-Policy")

    static func made(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no name of a field") }
        return field
    }
}
