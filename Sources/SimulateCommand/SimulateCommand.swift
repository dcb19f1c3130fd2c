import ArgumentParser
import Foundation
import TuppenceSimulation

public struct SimulateCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run seeded worlds of requests, faults and crashes, and audit every balance.",
        discussion: """
            It tries this version's rules for money and routes, not your configuration, and sends nothing. It ends with 1 if \
            anything does not add up.
            """)

    @Option(help: "How many seeds, one world each.") var seeds = 1
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "This seed alone, and the trace of its world.") var seed: UInt64?
    @Option(help: "Exchanges in each world.") var steps = 100
    @Option(help: "How many threads.") var threads = Self.processors
    @Flag(help: "Print JSON.") var json = false

    @Option(
        help:
            "Where each world keeps its journal: memory, sqlite, or the address of a PostgreSQL database for it to make schemas in, such as postgres://user@host/name."
    ) var store = SimulatedStore.memory

    private static let processors = ProcessInfo.processInfo.activeProcessorCount

    public init() {}

    public func validate() throws {
        guard seeds > 0, steps > 0, threads > 0 else {
            throw ValidationError("--seeds, --steps and --threads are 1 or more.")
        }
        guard !from.addingReportingOverflow(UInt64(seeds)).overflow, seed != .max else {
            throw ValidationError("Seeds end at \(UInt64.max - 1).")
        }
    }

    public func run() async throws {
        let began = ContinuousClock.now
        let range = seed.map { $0..<($0 + 1) } ?? from..<(from + UInt64(seeds))
        let simulation = try await simulate(range)
        let took = ContinuousClock.now - began
        let report = SimulationReport(simulation, trace: try seed.map(trace(of:)), took: took)
        print(json ? try report.json : report.text)
        if simulation.worldsWithFindings > 0 { throw ExitCode(1) }
    }

    private func simulate(_ range: Range<UInt64>) async throws -> Simulation {
        let progress = SimulationProgress(worlds: range.count)
        defer { progress.end() }
        return try await Simulation.run(
            seeds: range, steps: steps, tasks: threads, place: store.place, whenSomeAreDone: progress.show)
    }

    private func trace(of seed: UInt64) throws -> UInt64 {
        var world = try World(seed: seed)
        try world.run(steps: steps)
        return world.trace
    }
}
