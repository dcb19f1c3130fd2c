import NIOCore
import NIOPosix
import TuppenceConfiguration
import TuppenceGateway

/// Whether the gateway and its console can listen where they are to, and who can reach them there.
enum ListenChecks {
    static func diagnoses(_ server: ServerSettings, on group: any EventLoopGroup) async -> [Diagnosis] {
        let port = Port(check: "listen", setting: "server.listen", host: server.listenHost, port: server.listenPort)
        var found = [await port.diagnosis(isTLS: server.tls != nil, on: group)]
        if !server.isLoopback, server.tls == nil {
            found.append(
                .warning(
                    "listen",
                    "\(server.listenHost) can be reached from other machines, and callers' keys go there in the clear.",
                    "Set server.tls, or listen on 127.0.0.1 behind a proxy with TLS."))
        }
        return found + (await console(server.console, on: group))
    }

    /// Whether the gateway that is to listen there takes requests.
    static func readiness(_ server: ServerSettings, on group: any EventLoopGroup) async -> Diagnosis {
        await Port(check: "gateway", setting: "server.listen", host: server.listenHost, port: server.listenPort)
            .readiness(isTLS: server.tls != nil, on: group)
    }

    private static func console(_ settings: ConsoleSettings, on group: any EventLoopGroup) async -> [Diagnosis] {
        switch settings {
        case .off: return [.ok("console", "It is off.")]
        // It takes another port where that is taken.
        case .standard: return [.ok("console", "It listens for this machine alone.")]
        case .at(let host, let port):
            let port = Port(check: "console", setting: "server.console", host: host, port: port)
            var found = [await port.diagnosis(isTLS: false, on: group)]
            var own = ServerSettings()
            own.listenHost = host
            if !own.isLoopback {
                found.append(
                    .warning(
                        "console",
                        "The console is on \(host), which other machines can reach, and speaks no TLS: tokens and sessions go there in the clear.",
                        "Listen on 127.0.0.1, and put a proxy with TLS before it where others need it."))
            }
            return found
        }
    }
}

/// Where something is to listen.
private struct Port {
    let check: String
    let setting: String
    let host: String
    let port: Int

    private var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    func diagnosis(isTLS: Bool, on group: any EventLoopGroup) async -> Diagnosis {
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1).bind(host: host, port: port).get()
            try await channel.close().get()
            return .ok(check, "\(address) is free.")
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            return await diagnosisOfTaken(isTLS: isTLS, on: group)
        } catch let error as IOError where error.errnoCode == EACCES {
            return .error(
                check, "This user may not listen on \(address).",
                "Take a port above 1023, or give the program CAP_NET_BIND_SERVICE.")
        } catch {
            return .error(
                check, "Nobody can listen on \(address): \(error)",
                "Write an address of this machine as \(setting); 'ip address' lists them.")
        }
    }

    /// How this machine reaches what listens there.
    private func origin(isTLS: Bool) -> String {
        let reached = ["0.0.0.0": "127.0.0.1", "::": "[::1]"][host] ?? (host.contains(":") ? "[\(host)]" : host)
        return "\(isTLS ? "https" : "http")://\(reached):\(port)"
    }

    func readiness(isTLS: Bool, on group: any EventLoopGroup) async -> Diagnosis {
        switch await HTTPProbe.get("/readyz", of: origin(isTLS: isTLS), patience: .seconds(2), on: group) {
        case .answered(200, _, isGateway: true): return .ok(check, "The gateway on \(address) takes requests.")
        case .answered(let status, _, isGateway: true):
            return .error(
                check, "The gateway on \(address) takes no requests: /readyz says \(status).",
                "It stops, or cannot write its ledger: its log says which.")
        // Its certificate is for a name, and this is an address.
        case .unreachable(let why) where isTLS:
            return .warning(
                check, "The gateway on \(address) could not be asked: \(why)", "Ask it by its name: /readyz.")
        case .answered, .unreachable:
            return .error(check, "No gateway answers on \(address).", "Start it: tuppence serve.")
        }
    }

    /// Whether it is one of us that listens there.
    private func diagnosisOfTaken(isTLS: Bool, on group: any EventLoopGroup) async -> Diagnosis {
        let path = check == "console" ? "/admin/v1/me" : "/healthz"
        let who = "Who it is: ss -ltnp 'sport = :\(port)'"
        func taken(_ reason: String) -> Diagnosis {
            .error(
                check, "\(address) is in use by another program: \(reason).",
                "Stop it, or write another port: \(setting). \(who)")
        }
        switch await HTTPProbe.get(path, of: origin(isTLS: isTLS), patience: .seconds(2), on: group) {
        case .answered(let status, _, let isGateway) where check == "console" ? status == 401 : isGateway:
            return .ok(
                check,
                "A gateway listens on \(address): Tuppence runs there already, by this configuration or by another.")
        // Its certificate is for a name, and this is an address.
        case .unreachable where isTLS:
            return .warning(check, "\(address) is in use, by this gateway or by another program.", who)
        case .answered(let status, _, _): return taken("GET \(path) was answered with \(status), and not by Tuppence")
        case .unreachable(let why): return taken("GET \(path) was not answered as Tuppence does (\(why))")
        }
    }
}
