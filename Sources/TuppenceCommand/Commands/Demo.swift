import ArgumentParser
import Foundation
import Logging
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceStore
import UnixSignals

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what Tuppence does: a gateway on the sandbox, a few requests, and what they cost.",
        discussion: "Everything happens on this machine, in a temporary folder that is removed at the end.")

    func run() async throws {
        let interrupts = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tuppence-demo-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw Failure(
                "The folder \(folder.path) cannot be made: \(error.reason). Name one that you may write in: TMPDIR=/tmp tuppence demo"
            )
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        // Whoever stops it wants its folder gone, too.
        let watch = Task {
            for await signal in interrupts {
                try? FileManager.default.removeItem(at: folder)
                Foundation.exit(128 + signal.rawValue)
            }
        }
        defer { watch.cancel() }
        var loaded = try LoadedConfiguration.load(path: nil, environment: [:], ignoringFile: true)
        loaded.configuration.store = .sqlite(path: folder.appendingPathComponent("tuppence.db").path)
        loaded.configuration.server.listenPort = 0
        loaded.configuration.policy.budgets.append(
            BudgetRule(name: "tiny", scope: [.key: .exactly("tiny")], limit: Money(nanodollars: 20_000), period: .day))
        let keys = ["app": SecretKey.random(test: true), "tiny": SecretKey.random(test: true)]
        let gateway = try await Gateway.start(
            loaded, logger: Logger(label: "demo", factory: { _ in SwiftLogNoOpLogHandler() })
        ) { store in
            for (name, key) in keys {
                let now = WallClock.now
                let record = AuditRecord(
                    at: now, actor: "demo", origin: "command", action: "key.create", subject: name)
                _ = try store.insert(key.stored(name: name, at: now), record)
            }
        }
        let client = try await GatewayClient.open(GatewayAddress(port: gateway.plane.port))
        for step in DemoStep.all {
            print("\n\(step.title)\n  POST \(step.path) as '\(step.key)': \(step.body)")
            let answer = try await client.post(
                step.path, key: keys[step.key]?.text ?? "", body: Array(step.body.utf8))
            print("  " + answer.demonstration)
        }
        try await client.close()
        await gateway.stop()
        print("\nWhat it cost (tuppence spend):\n")
        let store = try loaded.configuration.store.openToRead(patience: 1)
        print(try SpendReport(store: store, rules: loaded.configuration.policy.budgets, now: WallClock.now).text)
        print("\nYour own gateway, with a key to paste: tuppence serve")
    }
}

extension GatewayClient.Answer {
    /// The status, our own headers and the body, as lines for people.
    fileprivate var demonstration: String {
        let ours = fields.pairs.filter { $0.name.hasPrefix("x-tuppence-") && $0.name != "x-tuppence-request-id" }
        return "→ \(status)  " + ours.map { "\($0.name): \($0.value)" }.joined(separator: "  ") + "\n  "
            + String(decoding: body, as: UTF8.self)
    }
}

/// One request of the demonstration, and what it is there to show.
private struct DemoStep {
    let title: String
    let key: String
    let path: String
    let body: String

    static let all = [
        DemoStep(
            title: "1. A chat on the alias 'fast-llm'. The answer says what it cost.", key: "app",
            path: "/v1/chat/completions",
            body: #"{"model":"fast-llm","messages":[{"role":"user","content":"Say hello"}],"max_tokens":30}"#),
        DemoStep(
            title: "2. The first target of 'falls-over' answers 503: the second one answers instead.", key: "app",
            path: "/v1/chat/completions",
            body: #"{"model":"falls-over","messages":[{"role":"user","content":"Are you there?"}],"max_tokens":30}"#),
        DemoStep(
            title: "3. Embeddings, priced by their own rate.", key: "app", path: "/v1/embeddings",
            body: #"{"model":"cheap-embedding","input":"two pence","dimensions":4}"#),
        DemoStep(
            title: "4. A key with a budget of $0.00002 asks for more than that: 402, before anything is sent.",
            key: "tiny",
            path: "/v1/chat/completions",
            body: #"{"model":"smart-llm","messages":[{"role":"user","content":"Write a novel"}],"max_tokens":4000}"#),
    ]
}
