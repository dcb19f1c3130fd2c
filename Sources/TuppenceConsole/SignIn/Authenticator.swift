import HTTPTypes
import Hummingbird
import TuppenceAdministration
import TuppenceCore
import TuppenceServer

/// Says who a request comes from, by its token or by its session.
struct Authenticator: RouterMiddleware {
    let administration: AdministrationQueue
    let sessions: Sessions
    let limiter: SignInLimiter

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.identity = try await identity(of: request, context)
        return try await next(request, context)
    }

    /// - Throws: ``ConsoleError`` for a token that does not count. A session that does not is as good as none.
    private func identity(of request: Request, _ context: ConsoleContext) async throws -> Identity? {
        let now = WallClock.now
        if let field = request.headers[.authorization] {
            let parts = field.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw ConsoleError.invalidToken }
            let found = try await check(String(parts[1].drop { $0 == " " }), from: context.address, at: now)
            return Identity(name: found.name, role: found.role, formToken: nil)
        }
        guard let id = SessionCookie.id(in: request), let session = sessions.find(id, at: now) else { return nil }
        guard let found = try await holder(of: session.token, at: now) else {
            sessions.end(id)
            return nil
        }
        return Identity(name: found.name, role: found.role, formToken: session.formToken)
    }

    /// Who holds `token`.
    func check(
        _ token: String, from address: NetworkAddress, at now: Timestamp
    ) async throws -> (name: String, role: OperatorRole) {
        // One that counts always does: whoever else is behind the same proxy could keep everybody out.
        if let found = try await holder(of: KeyDigest(of: token), at: now) { return found }
        if let wait = limiter.wait(of: address, at: now) { throw ConsoleError.tooManyTries(wait) }
        limiter.failed(address, at: now)
        throw ConsoleError.invalidToken
    }

    private func holder(of token: KeyDigest, at now: Timestamp) async throws -> (name: String, role: OperatorRole)? {
        try await administration.ask { try $0.operatorHolding(token, at: now) }
    }
}

/// The cookie that a browser knows its session by.
enum SessionCookie {
    private static let name = "tuppence_session"

    static func id(in request: Request) -> String? { request.cookies[name]?.value }

    /// - Parameter isSecure: whether the browser came by TLS, and is to send it by that alone.
    static func setting(_ id: String, isSecure: Bool) -> Cookie {
        Cookie(
            name: name, value: id, maxAge: Int(Sessions.longestTime.count / 1_000), path: "/", secure: isSecure,
            httpOnly: true, sameSite: .strict)
    }

    static func removing(isSecure: Bool) -> Cookie {
        Cookie(name: name, value: "", maxAge: 0, path: "/", secure: isSecure, httpOnly: true, sameSite: .strict)
    }
}

extension Request {
    /// Whether a proxy with TLS stands between the browser and us.
    var cameByTLS: Bool { headers[.xForwardedProto] == "https" }

    /// Whether a page of another host had the browser send this: what browsers say of themselves.
    var isForeign: Bool {
        if let site = headers[.secFetchSite] { return site != "same-origin" && site != "none" }
        guard let origin = headers[.origin] else { return false }
        guard let host = head.authority ?? headers[.host] else { return true }
        return origin != "http://\(host)" && origin != "https://\(host)"
    }
}

extension HTTPField.Name {
    static let xForwardedProto = HTTPField.Name.made("X-Forwarded-Proto")
    static let secFetchSite = HTTPField.Name.made("Sec-Fetch-Site")
    static let formToken = HTTPField.Name.made("X-CSRF-Token")
    static let host = HTTPField.Name.made("Host")
}
