/// The most output tokens that an image of OpenAI's models takes.
///
/// A square of 1024 by 1024 at high quality has 7,024 with `gpt-image-2`
/// (https://community.openai.com/t/livestream-starting-now-chatgpt-images-2-0/1379464, after the calculator in OpenAI's
/// guide, read 2026-11-27), which also makes larger ones: their tokens rise more slowly than their area. `gpt-image-1` has up
/// to 408, 1,584 and 6,240 by quality in its largest size. A preview is another 100.
enum ImageTokens {
    private static let low = 420
    private static let medium = 1_800
    private static let high = 7_100
    private static let preview = 100
    /// Up to this area the figures above are the most; beyond it they rise with the area.
    private static let usualArea = 1_600_000
    private static let square = 1 << 20

    static func most(quality: String?, size: String?, previews: Int) -> Int {
        let tokens =
            switch quality {
            case "low": low
            case "medium": medium
            // Who leaves the quality to the provider may get the best.
            default: high
            }
        let area = area(size)
        let scaled = area <= usualArea ? tokens : (tokens.saturatingProduct(area) + square - 1) / square
        return scaled + previews * preview
    }

    /// Of `1536x1024`; of anything else, that of the usual sizes.
    private static func area(_ size: String?) -> Int {
        let sides = (size ?? "").split(separator: "x").compactMap { Int($0) }
        guard sides.count == 2, sides.allSatisfy({ (1...100_000).contains($0) }) else { return 0 }
        return sides[0] * sides[1]
    }
}
