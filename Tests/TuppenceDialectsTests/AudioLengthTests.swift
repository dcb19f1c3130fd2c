import Testing
import TuppenceCore

@testable import TuppenceDialects

private func big(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).reversed().map { UInt8(value >> ($0 * 8) & 255) }
}
private func little(_ value: Int, _ width: Int) -> [UInt8] { big(value, width).reversed() }

/// One channel of 8,000 bytes a second.
private func wav(seconds: Int, claimed: Int? = nil, rate: Int = 8_000) -> [UInt8] {
    let size = claimed ?? seconds * 8_000
    let pieces: [[UInt8]] = [
        Array("RIFF".utf8), little(size + 36, 4), Array("WAVELIST".utf8), little(3, 4), [1, 2, 3, 0],
        Array("fmt ".utf8),
        little(16, 4), little(1, 2), little(1, 2), little(8_000, 4), little(rate, 4), little(1, 2), little(8, 2),
        Array("data".utf8), little(size, 4), [UInt8](repeating: 128, count: seconds * 8_000),
    ]
    return Array(pieces.joined())
}

private func flac(samples: Int, rate: Int) -> [UInt8] {
    let pieces: [[UInt8]] = [
        Array("fLaC".utf8), [0x80], big(34, 3), big(4_096, 2), big(4_096, 2), big(0, 6),
        big(rate << 12 | 1 << 4 | samples >> 32, 4), big(samples & 0xFFFF_FFFF, 4), [UInt8](repeating: 0, count: 16),
    ]
    return Array(pieces.joined())
}

/// A page of Ogg with one packet.
private func page(_ packet: [UInt8], granule: Int, flags: UInt8 = 0) -> [UInt8] {
    let pieces: [[UInt8]] = [
        Array("OggS".utf8), [0, flags], little(granule, 8), [UInt8](repeating: 0, count: 12), [1, UInt8(packet.count)],
        packet,
    ]
    return Array(pieces.joined())
}

private let opus = page(Array("OpusHead....".utf8), granule: 0, flags: 2)
private let vorbis = page(
    Array([Array("\u{1}vorbis".utf8), little(0, 4), [1], little(44_100, 4)].joined()), granule: 0, flags: 2)

private func box(_ kind: String, _ body: [UInt8]) -> [UInt8] {
    Array([big(body.count + 8, 4), Array(kind.utf8), body].joined())
}

private func mp4(scale: Int, length: Int, track: Int) -> [UInt8] {
    let head: [[UInt8]] = [big(0, 4), big(0, 8), big(scale, 4), big(length, 4)]
    let longHead: [[UInt8]] = [big(1 << 24, 4), big(0, 8), big(0, 8), big(scale, 4), big(track, 8)]
    let movie = box("mvhd", Array(head.joined()))
    let track = box("trak", box("mdia", box("mdhd", Array(longHead.joined()))))
    let boxes: [[UInt8]] = [
        box("ftyp", Array("M4A ".utf8)), box("mdat", [UInt8](repeating: 7, count: 100)), box("moov", movie + track),
    ]
    return Array(boxes.joined())
}

/// Frames of MPEG-2, layer III: 16 kilobits at 24,000 Hz, 24 ms in 48 bytes.
private func mp3(frames: Int) -> [UInt8] {
    [UInt8]((0..<frames).map { _ in [0xFF, 0xF3, 0x24, 0xC4] + [UInt8](repeating: 0, count: 44) }.joined())
}

private func lengths(_ bytes: [UInt8]) -> [Int] {
    let length = bytes.withUnsafeBytes { AudioLength(of: $0) }
    return [length.usualSeconds, length.mostSeconds]
}

@Suite("How long a recording is")
struct AudioLengthTests {
    private static func joined(_ pieces: [UInt8]...) -> [UInt8] { Array(pieces.joined()) }
    private static let tag = joined(Array("ID3".utf8), [3, 0, 0, 0, 0, 1, 0], [UInt8](repeating: 0xFF, count: 128))

    private static let files: [(bytes: [UInt8], seconds: Int)] = [
        (wav(seconds: 30), 30), (wav(seconds: 1), 1), (wav(seconds: 30, claimed: 0), 30),
        (wav(seconds: 30, claimed: 0xFFFF_FF00), 30), (wav(seconds: 30, rate: 16_000), 30),
        (flac(samples: 3_969_000, rate: 44_100), 90), (flac(samples: 8_589_934_592, rate: 48_000), 178_957),
        (joined(opus, page([1], granule: 960_001)), 21), (joined(vorbis, page([1], granule: 441_000)), 10),
        (joined(opus, page([1], granule: 480_000), opus, page([1], granule: 96_000)), 12),
        (joined(opus, page([1], granule: 480_000), page([1], granule: -1)), 10),
        (mp4(scale: 1_000, length: 61_500, track: 0), 62), (mp4(scale: 1_000, length: 5, track: 61_500), 62),
        (mp3(frames: 1_000), 25), (joined(tag, mp3(frames: 1_000)), 25),
        (joined(mp3(frames: 500), [0, 1, 2, 3, 4], mp3(frames: 500)), 25),
    ]

    @Test("is told by its file, to the second above, and never as less than providers charge for", arguments: files)
    func told(bytes: [UInt8], seconds: Int) { #expect(lengths(bytes) == [seconds, max(seconds + 1, 10)]) }

    @Test(
        "is the most that its bytes can hold where the file does not tell",
        arguments: [[0], [0x1A, 0x45, 0xDF, 0xA3], Array("fLaC".utf8), Array("OggS".utf8)] as [[UInt8]])
    func untold(start: [UInt8]) {
        #expect(lengths(start + [UInt8](repeating: 0, count: 75_000 - start.count)) == [19, 100])
    }

    @Test("is no more than can be counted, whatever a file claims")
    func absurd() {
        func movie(scale: Int, length: Int) -> [UInt8] {
            let head: [[UInt8]] = [big(1 << 24, 4), big(0, 8), big(0, 8), big(scale, 4), big(length, 8)]
            return Self.joined(box("ftyp", Array("M4A ".utf8)), box("moov", box("mvhd", Array(head.joined()))))
        }
        // Milliseconds that no number has are none, and those that one just has are still rounded up.
        for scale in [1, 0xFFFF_FFFF] {
            for length in [9_223_372_036_854_775, (1 << 56) - 1] {
                #expect(lengths(movie(scale: scale, length: length))[1] <= 1_000_000_001)
            }
        }
        let begun = page(Array("OpusHead....".utf8), granule: (1 << 56) - 1, flags: 2)
        let long = page(Array("OpusHead....".utf8), granule: (1 << 52) - 1, flags: 2)
        for pages in [begun, long] {
            #expect(lengths([UInt8]([[UInt8]](repeating: pages, count: 5_000).joined()))[1] <= 1_000_000_001)
        }
    }

    @Test("is never read beyond the end, whatever is cut off or changed", arguments: UInt64(1)...20)
    func damaged(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let files =
            [
                Array(wav(seconds: 1).prefix(100)), flac(samples: 1, rate: 1), Self.joined(opus, page([1], granule: 9)),
                mp4(scale: 1, length: 1, track: 1), mp3(frames: 3),
            ] as [[UInt8]]
        for file in files {
            for length in 0...file.count {
                var bytes = Array(file.prefix(length))
                for _ in 0..<3 {
                    if let index = bytes.indices.randomElement(using: &random) {
                        bytes[index] = UInt8.random(in: 0...255, using: &random)
                    }
                }
                #expect(lengths(bytes)[1] >= 10)
            }
        }
    }
}
