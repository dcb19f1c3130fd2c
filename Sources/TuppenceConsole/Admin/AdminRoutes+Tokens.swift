import TuppenceAdministration
import TuppenceCore

extension AdminRoutes {
    private struct NewToken: Decodable {
        let name: String
        let role: OperatorRole
        let lastingSeconds: Int64?
    }

    private struct Me: Encodable {
        let name: String
        let role: OperatorRole
    }

    private static let role = Schema.choice(OperatorRole.allCases.map(\.rawValue))
    private static let token = Schema.object(
        ["name": .text, "role": role, "hint": .text, "created_at": .time, "expires_at": .time, "disabled": .truth],
        optional: ["expires_at"])

    static var tokens: [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/me", role: .viewer, summary: "Whose token this is.",
                output: .object(["name": .text, "role": role])
            ) { call in AdminAnswer(Me(name: call.identity.name, role: call.identity.role)) },
            AdminEndpoint(
                method: .get, path: "/tokens", role: .viewer, summary: "The console's tokens; never the secrets.",
                query: pageQuery(.listCursor), output: .page(token)
            ) { call in
                try call.page(of: try await call.administration.ask { try $0.operators() }) { $0.name }
            },
            AdminEndpoint(
                method: .post, path: "/tokens", role: .owner,
                summary: "Makes a token, told this once. It counts for lasting_seconds, or for ever.",
                input: .object(
                    ["name": .name, "role": role, "lasting_seconds": .between(1, 1 << 32)],
                    optional: ["lasting_seconds"]),
                output: .object(
                    ["name": .text, "role": role, "token": .text, "expires_at": .time], optional: ["expires_at"]),
                status: .created
            ) { call in
                let input = try call.input(NewToken.self, members: ["name", "role", "lasting_seconds"])
                guard input.lastingSeconds.map({ (1...1 << 32).contains($0) }) ?? true else {
                    throw AdministrationError(.invalid, "'lasting_seconds' is from 1 to 4294967296.")
                }
                return AdminAnswer(
                    try await call.administration.ask {
                        try $0.createOperator(
                            input.name, role: input.role, lasting: input.lastingSeconds.map(Milliseconds.seconds),
                            by: call.actor, at: call.now)
                    })
            },
            settingToken(disabled: true), settingToken(disabled: false),
            AdminEndpoint(
                method: .get, path: "/audit", role: .viewer, summary: "Who changed what, the newest first.",
                query: pageQuery(.matching("^([1-9][0-9]{0,17})?$")),
                output: .page(
                    .object([
                        "at": .time, "actor": .text, "origin": .choice(["console", "command"]), "action": .text,
                        "subject": .text, "detail": .text,
                    ]))
            ) { call in
                let (limit, cursor) = (try call.limit(100), call.text("cursor"))
                return AdminAnswer(try await call.administration.ask { try $0.audit(limit: limit, cursor: cursor) })
            },
        ]
    }

    private static func settingToken(disabled: Bool) -> AdminEndpoint {
        AdminEndpoint(
            method: .post, path: "/tokens/{name}/\(disabled ? "disable" : "enable")", role: .owner,
            summary: disabled
                ? "Refuses a token from now on, and ends its sessions." : "Accepts a disabled token again.",
            output: done
        ) { call in
            let name = try call.path("name")
            try await call.administration.ask {
                try $0.setOperator(name, disabled: disabled, by: call.actor, at: call.now)
            }
            return AdminAnswer(SwitchedLine(name: name, disabled: disabled))
        }
    }

    /// - Parameter cursor: what one looks like.
    static func pageQuery(_ cursor: Schema) -> [AdminEndpoint.Parameter] {
        [
            AdminEndpoint.Parameter(
                name: "limit", place: .query, schema: .between(1, 500),
                about: "How many lines at the most, 1 to 500; usually 100."),
            AdminEndpoint.Parameter(
                name: "cursor", place: .query, schema: cursor, about: "next_cursor of the page before."),
        ]
    }
}
