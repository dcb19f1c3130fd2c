/// Embeddings without a model: each word has a direction of its own and a text points where its words do together, so
/// that texts which share words are near each other.
enum SandboxVector {
    static let usualDimensions = 64
    static let mostDimensions = 4_096

    /// A vector of length 1, the same for the same input.
    static func embed(_ input: SandboxInput, _ dimensions: Int) -> [Float] {
        var sum = [Double](repeating: 0, count: dimensions)
        for word in words(input) {
            var seed = SandboxSeed(word)
            for index in sum.indices { sum[index] += seed.nextUnit() }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Words could only cancel each other out by a chance that never comes; the answer is a unit vector even so.
        guard length > 0 else { return [1] + [Float](repeating: 0, count: dimensions - 1) }
        return sum.map { Float($0 / length) }
    }

    static func json(_ input: SandboxInput, _ dimensions: Int) -> SandboxJSON {
        .array(embed(input, dimensions).map { .number($0.description) })
    }

    private static func words(_ input: SandboxInput) -> [String] {
        switch input {
        case .tokens(let tokens): return tokens.map(String.init)
        case .text(let text):
            let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
            return words.isEmpty ? [text] : words
        }
    }
}
