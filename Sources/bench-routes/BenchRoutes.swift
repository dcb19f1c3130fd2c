import ArgumentParser
import TuppenceCore

@main
struct BenchRoutes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-routes",
        abstract: "How long it takes to decide where a request goes.",
        discussion: """
            Makes a configuration of routes that all have many targets, decides about requests of several kinds under each \
            strategy, and prints the time of one decision. Only a release build tells anything: \
            swift run -c release bench-routes
            """)

    @Option(help: "Routes.") var routes = 1_000
    @Option(help: "Targets of each.") var targets = 20
    @Option(help: "Decisions in a round.") var decisions = 100_000
    @Option(help: "Rounds, of which the median counts.") var rounds = 7
    @Option(help: "Exit with 1 if a decision takes longer, in nanoseconds.") var limit: Int?
    @Option(help: "The one scene to run, by its name.") var only: String?

    func run() throws {
        let world = BenchWorld(routes: routes, targets: targets)
        var isTooSlow = false
        print("nanoseconds a decision, \(routes) routes of \(targets) targets, median of \(rounds) rounds")
        for scene in BenchScene.all where only == nil || only == scene.name {
            let times = (0..<rounds).map { _ in world.time(scene, decisions) }.sorted()
            let median = times[times.count / 2]
            if let limit, median > limit { isTooSlow = true }
            print("  \(scene.name): \(median) (\(times[0])-\(times[times.count - 1]))")
        }
        if isTooSlow { throw ExitCode(1) }
    }
}

/// One strategy under one condition.
struct BenchScene: Sendable {
    var strategy: Route.Strategy
    var isSticky = false
    /// Whether some targets have failed of late.
    var hasTrouble = false

    var name: String { strategy.rawValue + (isSticky ? ", sticky" : "") + (hasTrouble ? ", some targets failing" : "") }

    static let all =
        Route.Strategy.allCases.map { BenchScene(strategy: $0) }
        + [
            BenchScene(strategy: .weighted, isSticky: true), BenchScene(strategy: .weighted, hasTrouble: true),
            BenchScene(strategy: .cheapest, hasTrouble: true),
        ]
}

/// Routes, and requests to them.
struct BenchWorld {
    private let routes: [Route.Strategy: [Route]]
    private let sticky: [Route]
    private let demands: [Demand]
    private let troubled: HealthBoard

    init(routes count: Int, targets: Int) {
        var random = RandomSource(seed: 20_261_127)
        var all: [Route.Strategy: [Route]] = [:]
        for strategy in Route.Strategy.allCases {
            all[strategy] = (0..<count).map { Self.route($0, targets, strategy, nil, &random) }
        }
        routes = all
        sticky = (0..<count).map { Self.route($0, targets, .weighted, .customer, &random) }
        demands = (0..<64).map { _ in Self.demand(&random) }
        troubled = HealthBoard()
        for route in 0..<count where route % 3 == 0 {
            let target = Target(provider: "provider-\(route % 7)", model: "model-\(route)-0")
            troubled.failed(target, UpstreamFailure(.reset, detail: ""), at: Timestamp(seconds: 1_000))
        }
    }

    private static func route(
        _ number: Int, _ targets: Int, _ strategy: Route.Strategy, _ stickiness: Route.Stickiness?,
        _ random: inout RandomSource
    ) -> Route {
        let choices = (0..<targets).map { index in
            let input = Int64.random(in: 50_000...5_000_000, using: &random)
            var rates = RateCard.Rates(input: Rate(picodollars: input), output: Rate(picodollars: input * 4))
            rates.cachedInput = Rate(picodollars: input / 10)
            let candidate = Candidate(
                target: Target(provider: "provider-\((number + index) % 7)", model: "model-\(number)-\(index)"),
                rates: RateCard(version: "bench", standard: rates),
                contextLength: [8_192, 131_072, 1_000_000].randomElement(using: &random), maxOutputTokens: 16_384,
                lacks: Int.random(in: 0..<4, using: &random) == 0 ? .vision : [])
            return Route.Choice(
                candidate: candidate, weight: .random(in: 1...100, using: &random), priority: index / 10,
                upTo: strategy == .complexity && index > 0 ? .random(in: 0...100, using: &random) : nil)
        }
        return Route(name: "route-\(number)", choices: choices, strategy: strategy, stickiness: stickiness)
    }

    private static func demand(_ random: inout RandomSource) -> Demand {
        let input = Int.random(in: 10...20_000, using: &random)
        var demand = Demand(
            inputBound: InputCount(input * 2), inputEstimate: input, outputLimit: 1_000,
            streams: Bool.random(using: &random),
            needs: Bool.random(using: &random) ? [.tools, .vision] : [])
        demand.signals = TextSignals(messages: .random(in: 1...20, using: &random), tools: 2, words: 5)
        return demand
    }

    /// The time of one of `count` decisions, in nanoseconds.
    func time(_ scene: BenchScene, _ count: Int) -> Int {
        let routes = scene.isSticky ? sticky : routes[scene.strategy] ?? []
        var conditions = RouteConditions(
            now: Timestamp(seconds: 1_000), health: scene.hasTrouble ? troubled : HealthBoard())
        if scene.isSticky { conditions.affinity = Affinity("customer") }
        var random = RandomSource(seed: 1)
        var chosen = 0
        let start = ContinuousClock.now
        for number in 0..<count {
            let candidates = try? routes[number % routes.count].candidates(
                for: demands[number % demands.count], by: conditions, using: &random)
            chosen &+= candidates?.count ?? 0
        }
        let span = ContinuousClock.now - start
        precondition(chosen > 0, "nothing was chosen")
        return Int(span / .nanoseconds(1)) / max(count, 1)
    }
}
