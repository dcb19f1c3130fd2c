import TuppenceCore
import TuppenceTesting

/// Something that is wrong for a while with a provider, or with one of its targets.
struct Disruption: Sendable {
    enum Kind: CaseIterable {
        /// Nobody listens.
        case unreachable
        /// 500, 503, 529, a reset.
        case failing
        /// Takes requests and says nothing.
        case silent
        /// Answers, later than many will wait.
        case slow
        /// 429.
        case throttling
        /// 402, or 429 with a word about credit.
        case outOfCredit
    }

    /// What a target that has too much to do says of when to come back.
    enum Word: CaseIterable {
        case nothing
        /// When it will be over.
        case truth
        /// Something shorter.
        case hope
    }

    let kind: Kind
    let provider: String
    /// Nil for all of the provider's.
    let model: String?
    let from: Timestamp
    let until: Timestamp
    /// It comes and goes this often; nil where it stays.
    let beat: Milliseconds?
    let word: Word

    func isOn(at time: Timestamp) -> Bool {
        guard from <= time, time < until else { return false }
        guard let beat else { return true }
        return (time - from).count / beat.count % 2 == 0
    }

    func concerns(_ target: Target) -> Bool { provider == target.provider && (model ?? target.model) == target.model }

    /// Whether a target gives no answer at all as long as it is on.
    var stopsEverything: Bool { kind != .slow }

    /// Whether one who asks the provider itself, apart from all requests, finds it gone.
    var isSeenByChecks: Bool { model == nil && (kind == .unreachable || kind == .failing || kind == .silent) }

    /// What it tells of when to come back, at `time`.
    func retryAfter(at time: Timestamp) -> Milliseconds? {
        switch word {
        case .nothing: nil
        case .truth: until - time
        case .hope: Milliseconds(max(1, (until - time).count / 8))
        }
    }
}

/// All that is wrong with providers in one world, and when.
struct DisruptionSchedule: Sendable {
    private(set) var disruptions: [Disruption] = []

    /// What is wrong with `target` at `time`, if anything is.
    func disruption(of target: Target, at time: Timestamp) -> Disruption? {
        disruptions.first { $0.concerns(target) && $0.isOn(at: time) }
    }

    func isDown(_ target: Target, at time: Timestamp) -> Bool {
        disruptions.contains { $0.stopsEverything && $0.concerns(target) && $0.isOn(at: time) }
    }

    func isGone(_ provider: String, at time: Timestamp) -> Bool {
        disruptions.contains { $0.isSeenByChecks && $0.provider == provider && $0.isOn(at: time) }
    }

    /// - Parameter end: when the last request comes.
    init(_ scenario: Scenario, until end: Timestamp, using random: inout SeededGenerator) {
        let length = max(1, (end - scenario.start).count)
        let targets = Workload.targets
        for number in 0..<(scenario.disruptions + scenario.blackouts) {
            let from = scenario.start + Milliseconds(Int64.random(in: 0..<length, using: &random))
            let longest = max(1, length / scenario.disruptionShare)
            let until = from + Milliseconds(1 + Int64.random(in: 0..<longest, using: &random))
            let kind = Disruption.Kind.allCases.randomElement(using: &random) ?? .failing
            let word = Disruption.Word.allCases.randomElement(using: &random) ?? .nothing
            let beats = Int.random(in: 0..<4, using: &random) == 0
            let beat = beats ? Milliseconds(max(1, (until - from).count / 10)) : nil
            func add(_ provider: String, _ model: String?, _ kind: Disruption.Kind) {
                disruptions.append(
                    .init(
                        kind: kind, provider: provider, model: model, from: from, until: until, beat: beat, word: word))
            }
            if number < scenario.blackouts {
                for target in targets { add(target.provider, target.model, kind == .slow ? .failing : kind) }
            } else if let target = targets.randomElement(using: &random) {
                add(target.provider, Bool.random(using: &random) ? target.model : nil, kind)
            }
        }
    }

    /// Everything is down as long as anybody asks.
    init(blackoutFrom start: Timestamp) {
        disruptions = Workload.targets.map { target in
            Disruption(
                kind: .failing, provider: target.provider, model: target.model, from: start, until: .distantFuture,
                beat: nil, word: .nothing)
        }
    }
}
