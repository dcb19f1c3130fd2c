import Testing
import TuppenceCore

@testable import TuppenceDialects

/// A data URL with these bytes.
func dataURL(_ bytes: [UInt8], type: String = "png") -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = "data:image/\(type);base64,"
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = Array(bytes[start..<min(start + 3, bytes.count)])
        let bits = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
        for place in 0..<4 {
            text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
        }
    }
    return text
}

/// The first bytes of a PNG of that size.
func png(_ width: Int, _ height: Int) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + number(width)
        + number(height) + [8, 6, 0, 0, 0]
}

private func size(_ url: String) -> ImageSize? {
    Array(url.utf8).withUnsafeBytes { ImageSize(dataURL: JSONText(bytes: $0, isEscaped: false)) }
}

@Suite("Sizes of images")
struct ImageSizeTests {
    private static let gif = Array("GIF89a".utf8) + [0x80, 0x02, 0xE0, 0x01, 0, 0]
    private static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1] + [0xFF, 0xC2, 0, 11, 8, 0x01, 0xE0, 0x02, 0x80, 1, 0, 0, 0]
    private static let lossy =
        Array("RIFF....WEBPVP8 ....".utf8) + [0, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0xE0, 0x01, 0, 0]
    private static let lossless =
        Array("RIFF....WEBPVP8L....".utf8) + [0x2F, 0x7F, 0xC2, 0x77, 0x00, 0, 0]
    private static let extended =
        Array("RIFF....WEBPVP8X....".utf8) + [0, 0, 0, 0, 0x7F, 0x02, 0, 0xDF, 0x01, 0, 0, 0]

    static let images: [[UInt8]] = [png(640, 480), gif, jpeg, lossy, lossless, extended]

    @Test("width and height stand in the first bytes", arguments: images)
    func sizes(image: [UInt8]) throws {
        let found = try #require(size(dataURL(image)))
        #expect(found.width == 640)
        #expect(found.height == 480)
    }

    @Test("an image that is cut off has no size, wherever that is", arguments: images)
    func truncated(image: [UInt8]) {
        for count in 0..<image.count {
            let found = size(dataURL(Array(image[..<count])))
            // The filling of the last four characters may stand for nothing.
            #expect(found == nil || found?.width == 640 && found?.height == 480 || count > image.count - 8)
        }
    }

    @Test(
        "what is no image in Base64 has no size",
        arguments: [
            "data:image/png;base64,", "data:image/png,\u{89}PNG", "data:image/png;base64",
            "data:image/png;base64,????????",
            "https://host/image.png", "", "data:image/png;base64,QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB",
        ])
    func none(url: String) { #expect(size(url) == nil) }

    @Test("an image without width or height has no size")
    func zero() {
        #expect(size(dataURL(png(0, 480))) == nil)
        #expect(size(dataURL(png(640, 0))) == nil)
    }

    @Test("segments of a JPEG that lead nowhere, or in a circle, come to an end")
    func hostileJPEG() {
        #expect(size(dataURL([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0xFF, 0xC0, 0, 0, 0, 0])) == nil)
        #expect(size(dataURL([0xFF, 0xD8] + Array(repeating: 0xFF, count: 3_000))) == nil)
        #expect(size(dataURL([0xFF, 0xD8, 0xFF, 0xE1, 0xFF, 0xFF, 0, 0])) == nil)
    }

    @Test("any bytes are read without a trap", arguments: UInt64(1)...40)
    func anything(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for image in Self.images {
            var bytes = image
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let found = size(dataURL(bytes)) { #expect(found.width > 0 && found.height > 0) }
        }
    }
}
