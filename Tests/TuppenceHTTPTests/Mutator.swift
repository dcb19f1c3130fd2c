/// Makes messages that are nearly right out of ones that are.
struct Mutator {
    private var random: SplitMix64
    private let seeds: [[UInt8]]

    init(seed: UInt64, seeds: [String]) {
        random = SplitMix64(seed: seed)
        self.seeds = seeds.map(bytes)
    }

    mutating func cut(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] { random.cut(bytes) }

    mutating func next() -> [UInt8] {
        var message = seeds.randomElement(using: &random)!
        repeat { mutate(&message) } while Int.random(in: 0..<3, using: &random) == 0
        return message
    }

    private mutating func mutate(_ message: inout [UInt8]) {
        guard !message.isEmpty else { return }
        let place = Int.random(in: 0..<message.count, using: &random)
        switch Int.random(in: 0..<16, using: &random) {
        case 0: message[place] = UInt8.random(in: 0...255, using: &random)
        case 1: message[place] = Self.specials.randomElement(using: &random)!
        case 2: message.insert(Self.specials.randomElement(using: &random)!, at: place)
        case 3: message.remove(at: place)
        case 4: message.insert(contentsOf: Self.scraps.randomElement(using: &random)!, at: place)
        case 5: message[place] ^= 0x20
        case 6:
            let lines = lines(of: message)
            message.insert(
                contentsOf: message[lines.randomElement(using: &random)!],
                at: lines.randomElement(using: &random)!.lowerBound)
        case 7: message.removeSubrange(lines(of: message).randomElement(using: &random)!)
        case 8...12:
            let start = lines(of: message).randomElement(using: &random)!.lowerBound
            message.insert(contentsOf: Self.fields.randomElement(using: &random)!, at: start)
        case 13:
            let digits = message.indices.filter { (48...57).contains(message[$0]) }
            if let digit = digits.randomElement(using: &random) {
                message[digit] = UInt8.random(in: 48...58, using: &random)
            }
        default:
            let other = seeds.randomElement(using: &random)!
            message = Bool.random(using: &random) ? message + other : Array(message[..<place]) + other
        }
    }

    private func lines(of message: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for (index, byte) in message.enumerated() where byte == 10 || index == message.count - 1 {
            lines.append(start..<(index + 1))
            start = index + 1
        }
        return lines
    }

    private static let specials = bytes("\r\n\t \u{00}\u{0B}\u{0C}\u{7F}\u{80}\u{FF}:;,\"#?/*@[]x0159aAfF+-_%")
    private static let scraps = [
        "\r\n", "\n", "\r", "\r\r\n", "\n\n", "\r\n\r\n", "\r\n ", "\r\n\t", "  ", " :", ": ", ", ", "0x", "-1",
        "00000000000000000",
        "ffffffffffffffff", "0\r\n\r\n", "1\r\nx\r\n", "5\r\nhello\r\n", ";a=b", ";a=\"b\"", "chunked", ", chunked",
        "identity",
        "HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "GET / HTTP/1.1\r\n", "http://a", "#", "?", "*", "100-continue", "close",
        "keep-alive",
    ].map(bytes)
    private static let fields = [
        "Content-Length: 5\r\n", "Content-Length: 0\r\n", "content-length: 7\r\n", "Content-Length: 5, 5\r\n",
        "Content-Length: +5\r\n", "Content-Length : 5\r\n", "Content-Length: 18446744073709551621\r\n",
        "Transfer-Encoding: chunked\r\n", "transfer-encoding: CHUNKED\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding:chunked \t\r\n",
        "Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: x, close\r\n",
        "Connection: Upgrade\r\nUpgrade: h2c\r\n",
        "Upgrade: websocket\r\n", "Host: a\r\n", "Host: b:80\r\n", "Host: u@a\r\n", "Expect: 100-continue\r\n",
        "Expect: x\r\n", "X:\r\n",
        "X: a\tb\r\n", " folded\r\n", "\tfolded\r\n", ": a\r\n", "X Y: a\r\n", "Proxy-Connection: close\r\n",
        "TE: trailers\r\n", "\r\n",
    ].map(bytes)
}
