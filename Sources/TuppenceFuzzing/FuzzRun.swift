import Synchronization
import TuppenceCore

/// Feeds decoders with inputs made by seed: the same seed and number, the same input.
public struct FuzzRun: Sendable {
    public struct Figures: Sendable {
        public let decoder: String
        public internal(set) var inputs = 0
        public internal(set) var rejected = 0
        public internal(set) var bytes = 0
        public internal(set) var slowest = Duration.zero
        /// The number and the length of the input that took longest.
        public internal(set) var slowestInput = (number: 0, bytes: 0)
    }

    public struct Finding: Sendable {
        public let decoder: String
        public let number: Int
        public let words: String
    }

    public private(set) var figures: [Figures]
    public private(set) var findings: [Finding] = []

    private let decoders: [FuzzDecoder]
    private let seed: UInt64
    /// An input that takes longer is a finding.
    private let patience: Duration

    public init(_ decoders: [FuzzDecoder] = FuzzDecoder.all, seed: UInt64, patience: Duration) {
        self.decoders = decoders
        self.seed = seed
        self.patience = patience
        figures = decoders.map { Figures(decoder: $0.name) }
    }

    /// The number of the input that is being read, for who finds that it traps or hangs.
    public static let current = Atomic(0)

    /// Reads the inputs with these numbers; decoders take turns.
    public mutating func read(_ numbers: Range<Int>) {
        for number in numbers {
            Self.current.store(number, ordering: .relaxed)
            read(number)
        }
    }

    private mutating func read(_ number: Int) {
        let place = number % decoders.count
        let decoder = decoders[place]
        var random = RandomSource(seed: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        let input = FuzzMutation.input(decoder, &random)
        let began = ContinuousClock.now
        do {
            if case .rejected = try decoder.decode(input, &random) { figures[place].rejected += 1 }
        } catch { find(number, decoder, "\(error)", input) }
        let taken = ContinuousClock.now - began
        figures[place].inputs += 1
        figures[place].bytes += input.count
        if taken > figures[place].slowest {
            figures[place].slowest = taken
            figures[place].slowestInput = (number, input.count)
        }
        if taken > patience { find(number, decoder, "\(input.count) bytes took \(taken)", input) }
    }

    private mutating func find(_ number: Int, _ decoder: FuzzDecoder, _ words: String, _ input: [UInt8]) {
        let text = String(decoding: input.prefix(2_000), as: UTF8.self)
        findings.append(Finding(decoder: decoder.name, number: number, words: "\(words)\n\(text.debugDescription)"))
    }
}
