import ArgumentParser
import Foundation
import NIOPosix
import TuppenceGateway
import TuppenceUpstream

struct Batch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send many requests from a file through a running gateway, and write down their answers.",
        discussion: """
            FILE and the output have the form of OpenAI's batches, a line of JSON a request: {"custom_id": "a", "method": "POST", \
            "url": "/v1/chat/completions", "body": {…}}. The same command again goes on where it ended: what the output has a \
            success of is not sent again, and what was answered before it could be written down is not paid for again, within \
            24 hours. It waits where the gateway says so.

            It ends with 0 where all is answered, with 1 where something failed or has changed since it was answered, and with 3 where a budget or a wallet had no \
            more.
            """)

    @Argument(help: "The requests; - for standard input.", completion: .file(extensions: ["jsonl"])) var file: String
    @Option(help: "Where answers go; what stands there already is kept.", completion: .file(extensions: ["jsonl"]))
    var output: String
    @Option(help: "How many requests are under way at once, 1 to 256.") var concurrency = 8
    @OptionGroup var gateway: GatewayOptions
    @Flag(help: "Print JSON.") var json = false

    private static let moneyIsGone = ExitCode(3)

    func validate() throws {
        guard (1...256).contains(concurrency) else { throw ValidationError("--concurrency is a number from 1 to 256.") }
    }

    func run() async throws {
        let loaded = try gateway.options.loadForStore()
        let address = try gateway.gatewayAddress(in: loaded)
        guard let key = try gateway.gatewayKey(in: loaded) else {
            throw Failure(
                "There is no key to send requests with. Set TUPPENCE_KEY, or name it by --key. Make one: tuppence keys create <name>"
            )
        }
        let requests = try BatchRequest.read(try InputFile.read(file), from: file)
        let network = try Self.network()
        try await Self.find(address, network)
        let answers = try BatchOutputFile(path: output)
        let client = try await GatewayClient.open(address, network: network)
        let batch = BatchRun(
            requests, through: client, at: address, key: key, to: answers, progress: BatchProgress())
        let summary = try await batch.run(concurrency: concurrency)
        try await client.close()
        if json { try JSONOutput.print(summary) } else { print(summary.text(output: output)) }
        let troubles = summary.troubles(output: output)
        for trouble in troubles { StandardError.write("\(trouble)\n") }
        if let stopped = summary.stopped {
            StandardError.write(
                "Stopped, with \(summary.left) requests left: \(stopped.message) Once there is more money, the same command goes on from here. (\(stopped.code))\n"
            )
            throw Self.moneyIsGone
        }
        if !troubles.isEmpty { throw ExitCode.failure }
    }

    private static func network() throws -> UpstreamNetwork {
        do { return try UpstreamNetwork(environment: ProcessInfo.processInfo.environment) } catch {
            throw Failure(error.description)
        }
    }

    /// Whether a gateway is there at all, before anything is written.
    private static func find(_ address: GatewayAddress, _ network: UpstreamNetwork) async throws {
        let answer = await HTTPProbe.get(
            "/healthz", of: address.description, network: network, on: MultiThreadedEventLoopGroup.singleton)
        if case .unreachable(let why) = answer {
            throw Failure(
                "There is no gateway at \(address): \(why). Start it (tuppence serve), or name another address: --address"
            )
        }
    }
}
