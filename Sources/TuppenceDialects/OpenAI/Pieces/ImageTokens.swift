/// The most tokens that an image of OpenAI's models takes: one that they make, and one that they are given to edit.
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

    /// Of an image that is to be edited, with what is told of it as text. `gpt-image-2` counts its patches of 32 pixels:
    /// 1,024 of a square, and no more than 1,536 of any; all of them for each of the `n` answers
    /// (https://community.openai.com/t/openai-must-document-the-input-image-pricing-of-gpt-image-2/1382940). The models before
    /// have 65 and 129 for each tile of 512 pixels as wide as the image is (194 of a square:
    /// https://community.openai.com/t/vision-pricing-calculator-inaccurate-resizing-rounding-vs-api-costs/1281361), and some
    /// 6,240 more with `input_fidelity: high`, which is $0.062
    /// (https://community.openai.com/t/gpt-image-1-collected-pricing-information-and-why-responses-is-undocumented/1275254/3,
    /// all read 2026-11-29).
    static let mostSeen = 8_000
    static let usualSeen = 1_024

    /// Up to this area the figures above are the most; beyond it they rise with the area.
    private static let usualArea = 1_600_000
    private static let square = 1 << 20
    /// The frames of an animation are painted as one image of this area at the most
    /// (https://docs.apiyi.com/en/live/2026-11/gpt-image-2-6-gif-size-table, read 2026-11-29).
    private static let sheet = 8_294_400

    static func most(quality: String?, size: String?, isAnimated: Bool, previews: Int) -> Int {
        let tokens =
            switch quality {
            case "low": low
            case "medium": medium
            // Who leaves the quality to the provider may get the best.
            default: high
            }
        let area = isAnimated ? sheet : area(size)
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
