import TuppenceCore

/// One reader of bytes that strangers send, and what it is fed with.
public struct FuzzDecoder: Sendable {
    public enum Outcome: Sendable {
        case read, rejected
    }

    public let name: String
    /// Well-formed inputs, of which others are made.
    let seeds: [[UInt8]]
    /// Words that mean something to the reader.
    let words: [[UInt8]]
    /// What comes before the reader sees an input: a checksum is put right, say.
    let framed: (@Sendable ([UInt8]) -> [UInt8])?
    /// Reads the input, and looks at what was made of it.
    let decode: @Sendable ([UInt8], inout RandomSource) throws -> Outcome

    init(
        _ name: String, seeds: [[UInt8]], words: [[UInt8]],
        framed: (@Sendable ([UInt8]) -> [UInt8])? = nil,
        decode: @escaping @Sendable ([UInt8], inout RandomSource) throws -> Outcome
    ) {
        self.name = name
        self.seeds = seeds
        self.words = words
        self.framed = framed
        self.decode = decode
    }

    /// All of the project.
    public static let all =
        requestReaders + answerReaders + streamReaders + errorReaders + embeddings + framers + documents + scans
        + recasts + connections + proxies + [headroom, configuration]
}

/// What a reader may not do, whatever it is given.
public struct FuzzFault: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
