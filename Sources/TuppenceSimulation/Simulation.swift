/// Many worlds, one a seed, and what came of them together.
public struct Simulation: Sendable {
    /// A world in which something does not add up.
    public struct Finding: Sendable {
        public let seed: UInt64
        public let steps: Int
        public let discrepancies: [String]
        public var replay: String { "tuppence simulate --seed \(seed) --steps \(steps)" }
    }

    public private(set) var worlds = 0
    public private(set) var exchanges = 0
    public private(set) var figures = Figures()
    /// The first few, in the order of their seeds.
    public private(set) var findings: [Finding] = []
    public private(set) var worldsWithFindings = 0
    private static let findingsKept = 3

    init() {}

    /// Runs a world of `steps` requests for each of `seeds`, one after the other.
    ///
    /// - Parameter place: makes where each keeps its journal; nil for in memory.
    public init(
        seeds: some Sequence<UInt64>, steps: Int, place: (() throws -> any JournalPlace)? = nil
    ) throws {
        for seed in seeds {
            var world = try World(seed: seed, place: try place?() ?? MemoryPlace())
            try world.run(steps: steps)
            worlds += 1
            exchanges += steps
            figures.add(world.auditor.figures)
            let discrepancies = world.auditor.discrepancies
            guard !discrepancies.isEmpty else { continue }
            worldsWithFindings += 1
            if findings.count < Self.findingsKept {
                findings.append(Finding(seed: seed, steps: steps, discrepancies: discrepancies))
            }
        }
    }

    /// The same on `tasks` threads, each of which takes the next few seeds when it is done with its last.
    ///
    /// - Parameter whenSomeAreDone: called with the number of worlds that are done, each time that some are.
    public static func run(
        seeds: Range<UInt64>, steps: Int, tasks: Int, place: (@Sendable () throws -> any JournalPlace)? = nil,
        whenSomeAreDone: (Int) -> Void = { _ in }
    ) async throws -> Simulation {
        try await withThrowingTaskGroup(of: Simulation.self) { group in
            var total = Simulation()
            var rest = seeds
            func addNext() {
                guard !rest.isEmpty else { return }
                let share = rest.prefix(64)
                rest = rest.dropFirst(64)
                group.addTask { try Simulation(seeds: share, steps: steps, place: place) }
            }
            for _ in 0..<max(1, tasks) { addNext() }
            while let done = try await group.next() {
                total.add(done)
                whenSomeAreDone(total.worlds)
                addNext()
            }
            return total
        }
    }

    /// The first of `seeds` whose auditor reports that `mutation` is at work, and what it says.
    public static func firstFinding(
        of mutation: any Mutation, seeds: some Sequence<UInt64>, steps: Int
    ) throws -> Finding? {
        for seed in seeds {
            var world = try World(seed: seed, mutation: mutation)
            try world.run(steps: steps)
            let discrepancies = world.auditor.discrepancies
            if !discrepancies.isEmpty { return Finding(seed: seed, steps: steps, discrepancies: discrepancies) }
        }
        return nil
    }

    private mutating func add(_ other: Simulation) {
        worlds += other.worlds
        exchanges += other.exchanges
        figures.add(other.figures)
        worldsWithFindings += other.worldsWithFindings
        findings = Array((findings + other.findings).sorted { $0.seed < $1.seed }.prefix(Self.findingsKept))
    }
}
