import TuppenceCore
import TuppenceTesting

/// What a world is like: its time, its pace and how often things go wrong. Each seed draws its own, so that rare faults
/// meet in some worlds and others are calm enough to spend their budgets to the last nanodollar.
public struct Scenario: Sendable {
    /// In thousandths of the occasions there are.
    public var providerFails = 0
    public var providerHangs = 0
    public var streamBreaks = 0
    /// Silences within an answer that are longer than the gateway's patience.
    public var streamStalls = 0
    public var clientLeaves = 0
    public var ledgerFails = 0
    /// The ledger does what it was asked and says that it could not.
    public var ledgerLies = 0
    /// The ledger takes up to a minute, which is beyond the end of holds.
    public var ledgerSlow = 0
    /// Providers that produce more than they were allowed.
    public var ignoresLimit = 0
    /// The process dies, in hundred thousandths of everything that it does.
    public var crash = 0
    /// How many times the ledger's store cannot be written for a while, and for how long at the most.
    public var outages = 0
    public var outageSpan: Int64 = 3_000
    /// How many times the gateway's clock is set, forwards or back.
    public var clockJumps = 0
    public var start = Samples.start
    /// The mean time between two requests.
    public var spacing: Int64 = 20
    /// How much longer a hold lasts than its request.
    public var holdGrace = Milliseconds.seconds(30)
    /// How long a target may be silent before another is started beside it; nil where none is.
    public var firstTokenWithin: Milliseconds?
    /// Of 10,000 requests, so many may have that.
    public var hedgeShare = Hedging.standardShare
    /// Budgets, in percent of those of ``Workload/standard``.
    public var generosity: Int64 = 100
    /// What each target takes at once, and in a minute; 0 for as much as comes.
    public var concurrency = 0
    public var requestsPerMinute = 0
    /// How long requests wait for room.
    public var queue = Milliseconds(0)
    /// How its route chooses, and the priorities of its targets, in the order of ``Workload/targets``.
    public var strategy = Route.Strategy.weighted
    public var priorities = [0, 0, 0]
    /// How many times something is wrong with a provider or a target for a while: for so many parts of the world's time at the
    /// most.
    public var disruptions = 0
    public var disruptionShare: Int64 = 10
    /// How many times everything is down at once.
    public var blackouts = 0
    /// Whether nothing ever answers.
    public var isAllDown = false
    /// How often providers are asked whether they are there; nil for never.
    public var checkEvery: Milliseconds?

    /// A world in which nothing goes wrong.
    public init() {}

    /// The same, but that nobody waits long for one target alone.
    public static var impatient: Scenario {
        var scenario = Scenario()
        scenario.firstTokenWithin = Milliseconds(60)
        scenario.hedgeShare = Hedging.whole
        return scenario
    }

    /// The same, but that every target is down for ever.
    public static var blackout: Scenario {
        var scenario = Scenario()
        scenario.isAllDown = true
        return scenario
    }

    /// Instants at which windows of several lengths begin: the end of a year, of a month, of a leap day, of nothing.
    private static let edges: [Int64] = [1_798_761_600, 1_803_859_200, 1_835_481_600, 1_800_000_000]

    init(using random: inout SeededGenerator) {
        func often(_ usual: Int) -> Int { [0, usual, usual, usual * 4].randomElement(using: &random) ?? 0 }
        providerFails = often(120)
        providerHangs = often(30)
        streamBreaks = often(40)
        streamStalls = often(10)
        clientLeaves = often(80)
        ledgerFails = often(15)
        ledgerLies = often(5)
        ledgerSlow = often(8)
        ignoresLimit = often(20)
        crash = often(20)
        clockJumps = [0, 0, 1, 3].randomElement(using: &random) ?? 0
        outages = [0, 0, 1, 4].randomElement(using: &random) ?? 0
        outageSpan = [300, 3_000, 60_000].randomElement(using: &random) ?? 3_000
        // Some milliseconds before the edge, which then comes while the first requests are under way.
        let lead = Int64.random(in: 0..<3_000, using: &random)
        start = Timestamp(milliseconds: (Self.edges.randomElement(using: &random) ?? 0) * 1_000 - lead)
        spacing = [5, 20, 200, 2_000, 40_000].randomElement(using: &random) ?? 20
        holdGrace = [.seconds(1), .seconds(30)].randomElement(using: &random) ?? .seconds(30)
        let patience = ([0, 30, 100, 400] as [Int64]).randomElement(using: &random) ?? 0
        firstTokenWithin = patience == 0 ? nil : Milliseconds(patience)
        hedgeShare = [Hedging.standardShare, Hedging.whole].randomElement(using: &random) ?? Hedging.standardShare
        generosity = [40, 100, 100, 300].randomElement(using: &random) ?? 100
        concurrency = [0, 0, 2, 7].randomElement(using: &random) ?? 0
        // By a clock that is set nobody can count minutes.
        requestsPerMinute = clockJumps > 0 ? 0 : [0, 0, 0, 30].randomElement(using: &random) ?? 0
        queue = [Milliseconds(0), .seconds(1), .seconds(20)].randomElement(using: &random) ?? Milliseconds(0)
        strategy = Route.Strategy.allCases.randomElement(using: &random) ?? .weighted
        priorities = ([[0, 0, 0], [0, 1, 1], [0, 0, 1], [0, 1, 2]].randomElement(using: &random) ?? []).shuffled(
            using: &random)
        disruptions = [0, 1, 3, 10].randomElement(using: &random) ?? 0
        disruptionShare = [10, 3, 1].randomElement(using: &random) ?? 10
        blackouts = [0, 0, 0, 1].randomElement(using: &random) ?? 0
        let pause = ([0, 0, 1, 10] as [Int64]).randomElement(using: &random) ?? 0
        checkEvery = pause == 0 ? nil : .seconds(pause)
    }
}
