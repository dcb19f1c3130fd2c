import ArgumentParser
import TuppenceSimulation

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run seeded worlds of requests, faults and crashes, and audit every balance."
    )

    @Option(help: "The first seed.") var seed: UInt64 = 1
    @Option(help: "How many seeds.") var count = 1
    @Option(help: "Requests in each world.") var steps = 500

    func run() throws {
        var settled = 0
        var denied = 0
        for seed in seed..<(seed + UInt64(max(1, count))) {
            var world = World(seed: seed)
            try world.run(steps: steps)
            settled += world.auditor.settled
            denied += world.auditor.denied
            guard world.auditor.discrepancies.isEmpty else {
                print("seed \(seed):\n  " + world.auditor.discrepancies.joined(separator: "\n  "))
                throw ExitCode(1)
            }
            if count == 1 { print("trace \(String(world.trace, radix: 16))") }
        }
        print("\(max(1, count)) worlds of \(steps) requests: \(settled) settlements, \(denied) denials, no discrepancy")
    }
}

Simulate.main()
