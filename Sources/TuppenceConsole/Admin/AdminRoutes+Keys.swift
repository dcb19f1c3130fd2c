import TuppenceAdministration
import TuppenceCore

extension AdminRoutes {
    private struct NewKeyInput: Decodable {
        let name: String
        let expiresAt: String?
        let expiresIn: String?
    }

    /// Here null means something: an end that is there no more.
    private struct NewEnd: Decodable {
        private enum CodingKeys: String, CodingKey {
            case expiresAt, expiresIn
        }

        let expiresAt: String?
        let expiresIn: String?
        let isNever: Bool

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            expiresAt = try values.decodeIfPresent(String.self, forKey: .expiresAt)
            expiresIn = try values.decodeIfPresent(String.self, forKey: .expiresIn)
            isNever = expiresAt == nil && values.contains(.expiresAt)
        }
    }

    private struct Rotation: Decodable {
        let overlapSeconds: Int64?
    }

    private static let key = Schema.object(
        [
            "name": .text, "hint": .text, "source": .choice(["store", "configuration"]), "created_at": .time,
            "expires_at": .time, "disabled": .truth, "expired": .truth, "version": .whole, "former_until": .time,
        ], optional: ["created_at", "expires_at", "version", "former_until"])
    private static let newKey = Schema.object(
        ["name": .text, "key": .text, "expires_at": .time, "former_until": .time],
        optional: ["expires_at", "former_until"])
    private static let span = Schema.matching("^[1-9][0-9]{0,7}(ms|s|m|h|d)$")

    /// What is answered where there is nothing to tell but that it is done.
    static let done = Schema.object(["name": .text, "disabled": .truth])

    static var keys: [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/keys", role: .viewer, summary: "The virtual keys; never their secrets.",
                query: pageQuery(.listCursor), output: .page(key)
            ) { call in
                // One of the store may have the name of one of the configuration.
                try call.page(of: try await call.administration.ask { try $0.keys(at: call.now) }) {
                    "\($0.source) \($0.name)"
                }
            },
            AdminEndpoint(
                method: .get, path: "/keys/{name}", role: .viewer, summary: "A key; never its secret.", output: key
            ) { call in
                let name = try call.path("name")
                let line = try await call.administration.ask { try $0.key(name, at: call.now) }
                return AdminAnswer(line, version: line.version)
            },
            AdminEndpoint(
                method: .post, path: "/keys", role: .operator,
                summary: "Makes a key; its secret is told this once. It may end, at a time or so long from now (30d).",
                input: .object(
                    ["name": .keyName, "expires_at": .time, "expires_in": span],
                    optional: ["expires_at", "expires_in"]),
                output: newKey, status: .created
            ) { call in
                let input = try call.input(NewKeyInput.self, members: ["name", "expires_at", "expires_in"])
                let end = try readEnd(at: input.expiresAt, in: input.expiresIn) ?? .never
                return AdminAnswer(
                    try await call.administration.ask {
                        try $0.createKey(input.name, until: end, by: call.actor, at: call.now)
                    })
            },
            AdminEndpoint(
                method: .patch, path: "/keys/{name}", role: .operator,
                summary: "Has a key end at a time, or so long from now (30d); at null it ends no more.",
                input: .object(["expires_at": .time, "expires_in": span], optional: ["expires_at", "expires_in"]),
                output: key, versioning: .possible
            ) { call in
                let name = try call.path("name")
                let input = try call.input(NewEnd.self, members: ["expires_at", "expires_in"])
                let said = try readEnd(at: input.expiresAt, in: input.expiresIn)
                let never: KeyEnd? = input.isNever ? .never : nil
                guard let end = said ?? never, said == nil || never == nil else {
                    throw AdministrationError(
                        .invalid, "Say when it ends, with either 'expires_at', which may be null, or 'expires_in'.")
                }
                let line = try await call.administration.ask {
                    try $0.setKey(name, until: end, of: call.possibleVersion, by: call.actor, at: call.now)
                    return try $0.key(name, at: call.now)
                }
                return AdminAnswer(line, version: line.version)
            },
            AdminEndpoint(
                method: .post, path: "/keys/{name}/rotate", role: .operator,
                summary:
                    "Gives a key another secret, told this once. The present one counts for overlap_seconds beside it.",
                input: .object(["overlap_seconds": .between(0, 30 * 86_400)], optional: ["overlap_seconds"]),
                mayLackInput: true, output: newKey, versioning: .possible
            ) { call in
                let (name, input) = (try call.path("name"), try call.input(Rotation.self, members: ["overlap_seconds"]))
                let seconds = input.overlapSeconds ?? 0
                // What is beyond is refused there, and a number of milliseconds.
                guard (0...Int64(1 << 40)).contains(Int64(seconds)) else {
                    throw AdministrationError(.invalid, "'overlap_seconds' is from 0 to 30 days.")
                }
                return AdminAnswer(
                    try await call.administration.ask {
                        try $0.rotateKey(
                            name, overlap: .seconds(seconds), of: call.possibleVersion, by: call.actor, at: call.now)
                    })
            },
            setting(disabled: true), setting(disabled: false),
        ]
    }

    /// When a key is to end; nil where nothing is said of it.
    private static func readEnd(at time: String?, in span: String?) throws -> KeyEnd? {
        if time != nil, span != nil {
            throw AdministrationError(
                .invalid, "'expires_at' and 'expires_in' are two ways to say it: give one of them.")
        }
        if let time {
            guard let end = Timestamp(iso8601: time) else {
                throw AdministrationError(
                    .invalid, "'expires_at' is a day or a time such as 2026-12-31T00:00:00Z, not '\(time)'.")
            }
            return .at(end)
        }
        guard let span else { return nil }
        guard let length = Milliseconds(text: span) else {
            throw AdministrationError(
                .invalid, "'expires_in' is a span such as 12h or 30d, a year at the most, not '\(span)'.")
        }
        return .after(length)
    }

    private static func setting(disabled: Bool) -> AdminEndpoint {
        AdminEndpoint(
            method: .post, path: "/keys/{name}/\(disabled ? "disable" : "enable")", role: .operator,
            summary: disabled ? "Refuses a key from now on." : "Accepts a disabled key again.", output: done,
            versioning: .possible
        ) { call in
            let name = try call.path("name")
            try await call.administration.ask {
                try $0.setKey(name, disabled: disabled, of: call.possibleVersion, by: call.actor, at: call.now)
            }
            return AdminAnswer(SwitchedLine(name: name, disabled: disabled))
        }
    }
}
