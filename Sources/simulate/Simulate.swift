import ArgumentParser
import Foundation
import TuppenceSimulation

@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run seeded worlds of requests, faults and crashes, and audit every balance."
    )

    @Option(help: "How many seeds, one world each.") var seeds = 1
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "This seed alone, and the trace of its world.") var seed: UInt64?
    @Option(help: "Exchanges in each world.") var steps = 100
    @Option(help: "How many threads.") var threads = Self.processors

    @Option(
        help:
            "Where each world keeps its journal: memory, sqlite, or the address of a PostgreSQL database for it to make schemas in, such as postgres://user@host/name."
    ) var store = SimulatedStore.memory

    private static let processors = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard seeds > 0, steps > 0, threads > 0 else {
            throw ValidationError("--seeds, --steps and --threads are 1 or more.")
        }
        guard !from.addingReportingOverflow(UInt64(seeds)).overflow, seed != .max else {
            throw ValidationError("Seeds end at \(UInt64.max - 1).")
        }
    }

    func run() async throws {
        let began = ContinuousClock.now
        let range = seed.map { $0..<($0 + 1) } ?? from..<(from + UInt64(seeds))
        let simulation = try await Simulation.run(seeds: range, steps: steps, tasks: threads, place: store.place)
        report(simulation, took: ContinuousClock.now - began)
        if let seed {
            var world = try World(seed: seed)
            try world.run(steps: steps)
            print("trace               \(String(world.trace, radix: 16))")
        }
        for finding in simulation.findings {
            print("\nseed \(finding.seed):\n  " + finding.discrepancies.joined(separator: "\n  "))
            print("replay: \(finding.replay)")
        }
        if simulation.worldsWithFindings > 0 {
            print("\n\(simulation.worldsWithFindings) of \(simulation.worlds) worlds do not add up.")
            throw ExitCode(1)
        }
    }

    private func report(_ simulation: Simulation, took time: Duration) {
        let figures = simulation.figures
        let seconds = max(time / .seconds(1), 0.001)
        let wall = String(format: "%.1f", seconds)
        print(
            """
            seeds               \(simulation.worlds)
            exchanges           \(simulation.exchanges)
            attempts sent       \(figures.sent)
            settled             \(figures.settled)
            denied              \(figures.denied)
            without the store   \(figures.allowed) admitted, \(figures.refused) refused
            sent elsewhere      \(figures.degraded)
            beside another      \(figures.hedged), \(figures.overtaken) overtaken
            expired             \(figures.expired)
            thresholds passed   \(figures.thresholds)
            overshoot           \(figures.overshoot) nanodollars
            drift               \(figures.drift) nanodollars in \(figures.counted) attempts with the provider's count, \(figures.countedLate) of them late
            estimated           \(figures.estimatedCost) nanodollars for \(figures.estimatedBill) billed, in \(figures.estimated) attempts without
            settled late        \(figures.lateCost) nanodollars in \(figures.late) attempts whose holds had ended
            limits ignored      \(figures.beyondLimit) nanodollars that providers charged beyond what was held
            lost in crashes     \(figures.lostBill) nanodollars billed for \(figures.lost) attempts that nobody settled
            holds left          \(figures.holdsLeft)
            failed              \(figures.failedRequests) requests, after attempts that no other target could make good
            left alone          \(figures.cooled) times that a provider asked for it
            tries               \(figures.tries) of targets that had gone behind the others, \(figures.foundAgain) of which answered
            retries in doubt    \(figures.retriesInDoubt)
            with all down       \(figures.attemptsInBlackout) attempts for \(figures.requestsInBlackout) requests
            wall time           \(wall) s
            exchanges a second  \(Int(Double(simulation.exchanges) / seconds))
            """)
    }
}
