import Hummingbird
import TuppenceServer

/// Signing in with a token, and out again.
struct SignInRoutes {
    let authenticator: Authenticator
    let pages: Pages

    private struct SignInForm: Decodable {
        let token: String
    }

    private struct SignOutForm: Decodable {
        let csrf: String
    }

    func add(to router: Router<ConsoleContext>) {
        router.get("/signin") { _, context in
            context.identity == nil ? pages.signIn() : Response.redirect(to: "/")
        }
        router.post("/signin") { request, context in try await signIn(request, context) }
        router.post("/signout") { request, context in
            let form = try await URLEncodedFormDecoder().decode(SignOutForm.self, from: request, context: context)
            _ = try context.identity(atLeast: .viewer, changingWith: request, formToken: form.csrf)
            if let id = SessionCookie.id(in: request) { authenticator.sessions.end(id) }
            var response = Response.redirect(to: "/signin")
            response.setCookie(SessionCookie.removing(isSecure: request.cameByTLS))
            return response
        }
    }

    /// Where it leads afterwards is always the same: nobody can have a browser led elsewhere.
    private func signIn(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        if request.isForeign { throw ConsoleError.foreignForm }
        let now = WallClock.now
        let form = try await URLEncodedFormDecoder().decode(SignInForm.self, from: request, context: context)
        let token = String(form.token.drop { $0.isWhitespace }.prefix { !$0.isWhitespace })
        do {
            _ = try await authenticator.check(token, from: context.address, at: now)
        } catch let error as ConsoleError {
            return pages.signIn(problem: error)
        }
        let id = authenticator.sessions.begin(
            for: KeyDigest(of: token), replacing: SessionCookie.id(in: request), at: now)
        var response = Response.redirect(to: "/")
        response.setCookie(SessionCookie.setting(id, isSecure: request.cameByTLS))
        return response
    }
}
