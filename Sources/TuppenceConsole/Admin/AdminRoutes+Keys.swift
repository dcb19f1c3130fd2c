import TuppenceAdministration
import TuppenceCore

extension AdminRoutes {
    private struct NewName: Decodable {
        let name: String
    }

    private struct Rotation: Decodable {
        let overlapSeconds: Int64?
    }

    private static let key = Schema.object(
        [
            "name": .text, "hint": .text, "source": .choice(["store", "configuration"]), "created_at": .time,
            "disabled": .truth, "version": .whole, "former_until": .time,
        ], optional: ["created_at", "version", "former_until"])
    private static let newKey = Schema.object(
        ["name": .text, "key": .text, "former_until": .time], optional: ["former_until"])

    /// What is answered where there is nothing to tell but that it is done.
    static let done = Schema.object(["name": .text, "disabled": .truth])

    static var keys: [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/keys", role: .viewer, summary: "The virtual keys; never their secrets.",
                output: .page(key)
            ) { call in
                AdminAnswer(ListPage(data: try await call.administration.ask { try $0.keys(at: call.now) }))
            },
            AdminEndpoint(
                method: .get, path: "/keys/{name}", role: .viewer, summary: "A key; never its secret.", output: key
            ) { call in
                let name = try call.path("name")
                let line = try await call.administration.ask { try $0.key(name, at: call.now) }
                return AdminAnswer(line, version: line.version)
            },
            AdminEndpoint(
                method: .post, path: "/keys", role: .operator, summary: "Makes a key; its secret is told this once.",
                input: .object(["name": .keyName]), output: newKey, status: .created
            ) { call in
                let input = try call.input(NewName.self, members: ["name"])
                return AdminAnswer(
                    try await call.administration.ask { try $0.createKey(input.name, by: call.actor, at: call.now) })
            },
            AdminEndpoint(
                method: .post, path: "/keys/{name}/rotate", role: .operator,
                summary:
                    "Gives a key another secret, told this once. The present one counts for overlap_seconds beside it.",
                input: .object(["overlap_seconds": .between(0, 30 * 86_400)], optional: ["overlap_seconds"]),
                output: newKey, versioning: .possible
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
