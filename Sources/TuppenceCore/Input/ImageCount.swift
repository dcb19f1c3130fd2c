/// The images of a request in the units that models count them in, each image as the most that it may be.
public struct ImageCount: Hashable, Sendable {
    public var count = 0
    /// Tiles of 512 pixels, once an image is within 2,048 pixels and its shorter side within 768; none in low detail.
    public var tiles = 0
    /// Patches of 32 pixels, at most ``mostPatches`` an image; and at most ``mostOlderPatches``.
    public var patches = 0
    public var olderPatches = 0
    /// Patches of 28 pixels, or pixels over 750, whichever is more, at most ``mostClaude`` an image.
    public var claude = 0
    /// Gemini's tokens: 258 a tile, or what the newer ones take for an image of any size.
    public var gemini = 0

    /// A short side of 768 and a long one of 2,048 pixels.
    static let mostTiles = 8
    /// In detail `original`, which the newer models take where nobody says how much.
    static let mostPatches = 10_000
    static let mostOlderPatches = 1_536
    static let mostClaude = 4_900
    static let geminiTile = 258
    /// Of an image that is within 3,072 pixels, as larger ones are made: 384 by 3,072 has the most.
    static let mostGeminiTiles = 24
    /// `media_resolution` ultra high.
    static let geminiImage = 2_240

    public init() {}

    /// Adds an image of so many pixels, or one whose size nobody knows.
    ///
    /// Sources: https://platform.openai.com/docs/guides/images-vision (tiles, patches),
    /// https://platform.claude.com/docs/en/build-with-claude/vision (28 pixels; 4,784 at most; over 750 before),
    /// https://ai.google.dev/gemini-api/docs/tokens and /media-resolution (read 2026-11).
    public mutating func add(width: Int, height: Int, isLowDetail: Bool) {
        guard width > 0, height > 0, width <= 100_000, height <= 100_000 else { return addUnknown(isLowDetail) }
        count += 1
        if !isLowDetail { tiles += Self.tiles(width, height) }
        let patches32 = Self.pieces(width, 32) * Self.pieces(height, 32)
        patches += min(patches32, Self.mostPatches)
        olderPatches += min(patches32, Self.mostOlderPatches)
        let patches28 = Self.pieces(width, 28) * Self.pieces(height, 28)
        claude += min(max(patches28, Self.pieces(width * height, 750)), Self.mostClaude)
        // A tile is as wide as two thirds of the shorter side, and from 256 to 768 pixels.
        let side = min(max(min(width, height) * 2 / 3, 256), 768)
        let geminiTiles = min(Self.pieces(width, side) * Self.pieces(height, side), Self.mostGeminiTiles)
        gemini += max(geminiTiles * Self.geminiTile, Self.geminiImage)
    }

    /// Adds an image that is given by its address, or whose size cannot be read: the most that one may be.
    public mutating func addUnknown(_ isLowDetail: Bool) {
        count += 1
        if !isLowDetail { tiles += Self.mostTiles }
        patches += Self.mostPatches
        olderPatches += Self.mostOlderPatches
        claude += Self.mostClaude
        gemini += Self.mostGeminiTiles * Self.geminiTile
    }

    private static func tiles(_ width: Int, _ height: Int) -> Int {
        // In 1,024ths of a pixel, rounded up, so that no tile is lost to a fraction.
        var (long, short) = (max(width, height) << 10, min(width, height) << 10)
        let (longMost, shortMost) = (2_048 << 10, 768 << 10)
        if long > longMost { (long, short) = (longMost, pieces(short * longMost, long)) }
        if short > shortMost { (long, short) = (pieces(long * shortMost, short), shortMost) }
        return min(pieces(long, 512 << 10) * pieces(short, 512 << 10), mostTiles)
    }

    private static func pieces(_ whole: Int, _ size: Int) -> Int { (whole + size - 1) / size }
}

/// How a model turns images into tokens.
public enum ImageRule: Hashable, Sendable {
    /// So many tokens an image and a tile.
    case tiles(image: UInt16, tile: UInt16)
    /// Thousandths of a token a patch of 32 pixels, at most 1,536 of them.
    case patches(thousandths: UInt16)
    /// The same of at most 10,000 patches.
    case originalPatches(thousandths: UInt16)
    case claude
    case gemini
    /// The most of all.
    case any

    /// OpenAI's dearest tiles, gpt-4o-mini's.
    static let dearestTiles = ImageRule.tiles(image: 2_833, tile: 5_667)

    func tokens(for images: ImageCount) -> Int {
        switch self {
        case .tiles(let image, let tile): images.count * Int(image) + images.tiles * Int(tile)
        // A token each for rounding, and what was seen beyond the formula in small images.
        case .patches(let thousandths): (images.olderPatches * Int(thousandths) + 999) / 1_000 + 8 * images.count
        case .originalPatches(let thousandths): (images.patches * Int(thousandths) + 999) / 1_000 + 8 * images.count
        case .claude: images.claude + 8 * images.count
        case .gemini: images.gemini + 8 * images.count
        case .any:
            [Self.dearestTiles, .patches(thousandths: 2_460), .originalPatches(thousandths: 1_200), .claude, .gemini]
                .map { $0.tokens(for: images) }.max() ?? 0
        }
    }
}
