import TuppenceCore

/// Reads the text of a JSON string once, as it stands in the JSON, and counts the most tokens that it may have.
///
/// Text is cut where tokenizers cut it, or where no token reaches across, into words, numbers, punctuation, white space and
/// characters beyond ASCII. A word that vocabularies know has the tokens that they say; of other runs ``Parts``
/// finds the most. What is known of tokenizers is in docs/internals/input-bound.md.
struct TextScan {
    private let tables: MergeTables
    private let base: UnsafePointer<UInt8>
    private let end: Int
    private let isEscaped: Bool
    private var index = 0
    private var tokens = TextTokens()
    /// Whether what was read last is a letter beyond ASCII, with which a word may go on; or an apostrophe, after which
    /// some tokenizers cut off the ends of English verbs.
    private var follows = Follows.nothing

    private enum Follows { case nothing, letter, apostrophe }

    static func tokens(in text: JSONText, _ tables: MergeTables = .shared) -> TextTokens {
        guard let start = text.bytes.baseAddress else { return TextTokens() }
        var scan = TextScan(
            tables: tables, base: start.assumingMemoryBound(to: UInt8.self), end: text.bytes.count,
            isEscaped: text.isEscaped)
        scan.run()
        return scan.tokens
    }

    private init(tables: MergeTables, base: UnsafePointer<UInt8>, end: Int, isEscaped: Bool) {
        (self.tables, self.base, self.end, self.isEscaped) = (tables, base, end, isEscaped)
    }

    private mutating func run() {
        while index < end {
            let byte = base[index]
            if Self.isLetter(byte) {
                word(isSpaced: false)
            } else if byte == 32 {
                spaces()
            } else if byte >= 0x80 {
                character(scalar())
            } else if Self.isDigit(byte) {
                digits()
            } else if let (sign, _) = sign(at: index) {
                if Self.isPunctuation(sign) { punctuation(isSpaced: false) } else { control(sign) }
            } else {
                character(escapedScalar())
            }
        }
    }

    // MARK: What there is

    /// Letters of ASCII until something else comes.
    private mutating func word(isSpaced: Bool) {
        let start = index
        // Locals, where the members of self would be stored and read again for every letter.
        let (base, end) = (base, end)
        var place = start
        var letters: UInt64 = 0
        var smalls: UInt64 = 0
        repeat {
            let byte = base[place]
            letters = letters << 5 | UInt64(byte & 31)
            smalls &+= UInt64(byte & 32)
            place &+= 1
        } while place < end && Self.isLetter(base[place])
        index = place
        let capitals = place &- start &- Int(smalls >> 5)
        let isCapital = base[start] & 32 == 0
        let isWhole = follows == .nothing && !goesOn
        if isWhole, index - start <= 12, capitals == (isCapital ? 1 : 0), let known = tables.word(letters),
            let most = known.tokens(isSpaced: isSpaced, isCapital: isCapital)
        {
            tokens.add(most)
            // Some tokenizers put a space before a text.
            if start == 0, let spaced = known.tokens(isSpaced: true, isCapital: isCapital) {
                tokens.most = pointwiseMax(tokens.most, SIMD2(truncatingIfNeeded: spaced))
            }
        } else {
            tokens.add(unknownWord(start, isSpaced: isSpaced, isCompound: isWhole && capitals > 0))
        }
        follows = .nothing
    }

    private func unknownWord(_ start: Int, isSpaced: Bool, isCompound: Bool) -> SIMD2<Int32> {
        var parts = Parts()
        let (base, tables) = (base, tables)
        if isSpaced { parts.add(32, tables) }
        // `'s`, `'re` and the like are cut off, so nothing is merged across the first two ends of letters.
        let tight = follows == .apostrophe ? min(start + 4, index) : start
        for place in start..<tight { parts.add(base[place], tables, isLoose: true) }
        for place in tight..<index { parts.add(base[place], tables) }
        if isCompound, let compound = compound(start, isSpaced: isSpaced) { return pointwiseMin(parts.most, compound) }
        return parts.most
    }

    /// The tokens of a name such as `getElementById`, whose words are all known.
    private func compound(_ start: Int, isSpaced: Bool) -> SIMD2<Int32>? {
        var sum = SIMD2<Int32>.zero
        var place = start
        while place < index {
            let first = place
            var letters = UInt64(base[place] & 31)
            place += 1
            while place < index, base[place] & 32 != 0 {
                letters = letters << 5 | UInt64(base[place] & 31)
                place += 1
            }
            guard place - first <= 12,
                let known = tables.word(letters)?.tokens(
                    isSpaced: isSpaced && first == start, isCapital: base[first] & 32 == 0)
            else { return nil }
            // Where a capital begins no part, one merged across costs its neighbours one token, and two in small ones.
            sum &+= first == start ? known : known &+ SIMD2(2, 1)
        }
        return sum
    }

    /// Whether the letters go on beyond ASCII. Marks of general punctuation, from U+2000 to U+206F, are no letters.
    private var goesOn: Bool {
        guard index < end else { return false }
        if base[index] == UInt8(ascii: "\\") { return isEscaped && base[index + 1] == UInt8(ascii: "u") }
        return base[index] >= 0x80 && !isGeneralPunctuation(index)
    }

    private func isGeneralPunctuation(_ place: Int) -> Bool {
        place + 2 < end && base[place] == 0xE2 && (base[place + 1] == 0x80 || base[place + 1] == 0x81)
    }

    private mutating func spaces() {
        let start = index
        while index < end, base[index] == 32 { index += 1 }
        let count = index - start
        follows = .nothing
        if index < end, Self.isLetter(base[index]) {
            if count > 1 { add(spaceRun(count)) }
            return word(isSpaced: true)
        }
        if let (sign, _) = sign(at: index), Self.isPunctuation(sign) {
            if count > 1 { add(spaceRun(count)) }
            return punctuation(isSpaced: true)
        }
        // Before anything else many tokenizers leave the last one to itself.
        add(spaceRun(count) &+ (count > 1 ? 1 : 0))
    }

    private func spaceRun(_ count: Int) -> SIMD2<Int32> {
        SIMD2(1 &+ Int32(truncatingIfNeeded: count / 16), 1 &+ Int32(truncatingIfNeeded: count / 64))
    }

    private mutating func digits() {
        let start = index
        while index < end, Self.isDigit(base[index]) { index += 1 }
        let count = Int32(truncatingIfNeeded: index - start)
        add(SIMD2(count, count))
        tokens.sparedDigits &+= Int64(count &- (count &+ 2) / 3)
        follows = .nothing
    }

    /// Signs until something else comes. Long rows of one sign are tokens of their own.
    private mutating func punctuation(isSpaced: Bool) {
        var parts = Parts()
        if isSpaced { parts.add(32, tables) }
        var last: UInt8 = 0
        while let (sign, width) = sign(at: index), Self.isPunctuation(sign) {
            let count = sign == last && width == 1 ? rowOf(sign) : 1
            if count >= 8 && Self.hasLongRows(sign) {
                add(parts.most &+ 2 &+ Int32(truncatingIfNeeded: count / 8))
                parts = Parts()
                index += count
            } else {
                parts.add(sign, tables)
                index += width
            }
            last = sign
        }
        add(parts.most)
        follows = last == UInt8(ascii: "'") ? .apostrophe : .nothing
    }

    private func rowOf(_ sign: UInt8) -> Int {
        var place = index
        while place < end, base[place] == sign { place += 1 }
        return place - index
    }

    private static func hasLongRows(_ sign: UInt8) -> Bool {
        switch sign {
        case UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "*"), UInt8(ascii: "."), UInt8(ascii: "#"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// New lines, tabs and other control characters, each kind in rows.
    private mutating func control(_ sign: UInt8) {
        var count: Int32 = 0
        while let (next, width) = self.sign(at: index), next == sign {
            count &+= 1
            index += width
        }
        switch sign {
        case 10: add(SIMD2(count, 1 &+ count / 4))
        case 9: add(SIMD2(count, (count > 1 ? 2 : 1) &+ count / 8))
        default: add(SIMD2(count, count))
        }
        follows = .nothing
    }

    private mutating func character(_ scalar: UInt32) {
        add(tables.character(scalar))
        follows = (0x2000...0x206F).contains(scalar) ? .nothing : .letter
    }

    @inline(__always)
    private mutating func add(_ more: SIMD2<Int32>) { tokens.add(more) }

    // MARK: Characters

    /// The character of ASCII that begins here, escaped or not, and its width; nil where there is none, or one that is
    /// written by its number.
    @inline(__always)
    private func sign(at place: Int) -> (UInt8, Int)? {
        guard place < end, base[place] < 0x80 else { return nil }
        guard isEscaped, base[place] == UInt8(ascii: "\\") else { return (base[place], 1) }
        switch base[place + 1] {
        case UInt8(ascii: "n"): return (10, 2)
        case UInt8(ascii: "r"): return (13, 2)
        case UInt8(ascii: "t"): return (9, 2)
        case UInt8(ascii: "b"): return (8, 2)
        case UInt8(ascii: "f"): return (12, 2)
        case UInt8(ascii: "u"): return nil
        default: return (base[place + 1], 2)
        }
    }

    /// Reads a character beyond ASCII; the bytes are known to be UTF-8.
    private mutating func scalar() -> UInt32 {
        let lead = UInt32(base[index])
        let width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard index + width <= end else {
            index = end
            return 0xFFFD
        }
        var scalar = lead & (0x7F >> UInt32(width))
        for place in 1..<width { scalar = scalar << 6 | UInt32(base[index + place] & 0x3F) }
        index += width
        return scalar
    }

    /// Reads a character written by its number. The halves of a pair count as one each, which is enough for the whole.
    private mutating func escapedScalar() -> UInt32 {
        var scalar: UInt32 = 0
        for place in 2..<6 { scalar = scalar << 4 | (hexDigit(base[index + place]) ?? 0) }
        index += 6
        return scalar
    }

    @inline(__always)
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) &- 97 < 26 }
    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
    @inline(__always)
    private static func isPunctuation(_ byte: UInt8) -> Bool {
        byte > 32 && byte < 127 && !isLetter(byte) && !isDigit(byte)
    }
}
