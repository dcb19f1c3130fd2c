import TuppenceCore

/// Makes inputs that are nearly right out of ones that are.
struct FuzzMutation {
    /// An input is made longer than this only by accident.
    private static let longest = 256 << 10

    static func input(_ decoder: FuzzDecoder, _ random: inout RandomSource) -> [UInt8] {
        var input = decoder.seeds.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...6, using: &random) { mutate(&input, decoder, &random) }
        // Now and then a long one, made of one piece over and over: what is quadratic shows so.
        if Int.random(in: 0..<2_000, using: &random) == 0 { swell(&input, &random) }
        return decoder.framed?(input) ?? input
    }

    private static func mutate(_ input: inout [UInt8], _ decoder: FuzzDecoder, _ random: inout RandomSource) {
        let place = Int.random(in: 0...input.count, using: &random)
        let length = min(Int.random(in: 0...40, using: &random), input.count - place)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: input.removeSubrange(place..<(place + length))
        case 1, 2: input.insert(contentsOf: decoder.words.randomElement(using: &random) ?? [], at: place)
        case 3: input.insert(contentsOf: input[place..<(place + length)], at: place)
        case 4: if place < input.count { input[place] = UInt8.random(in: 0...255, using: &random) }
        case 5: if place < input.count { input[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 6: input.removeSubrange(place...)
        case 7: exchange(&input, &random)
        default:
            let other = decoder.seeds.randomElement(using: &random) ?? []
            let cut = Int.random(in: 0...other.count, using: &random)
            input = Array(input[..<place] + other[cut...])
        }
    }

    /// Puts one line or event in another's place, repeats it or leaves it out: well-formed, and in no order.
    private static func exchange(_ input: inout [UInt8], _ random: inout RandomSource) {
        var lines = input.split(separator: 10, omittingEmptySubsequences: false)
        guard lines.count > 1 else { return }
        let one = Int.random(in: 0..<lines.count, using: &random)
        let other = Int.random(in: 0..<lines.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: lines.swapAt(one, other)
        case 1: lines.insert(lines[one], at: other)
        default: lines.remove(at: one)
        }
        input = Array(lines.joined(separator: [10]))
    }

    private static func swell(_ input: inout [UInt8], _ random: inout RandomSource) {
        guard !input.isEmpty else { return }
        let start = Int.random(in: 0..<input.count, using: &random)
        let piece = input[start..<min(input.count, start + Int.random(in: 1...64, using: &random))]
        let times = (1 << Int.random(in: 4...17, using: &random)) / piece.count
        let repeated = (0..<min(times, longest / piece.count)).flatMap { _ in piece }
        input.insert(contentsOf: repeated, at: start)
    }
}
