/// Why the bytes of a file are no time zone: the end of a sentence about it, such as "it ends too early".
public struct TZifError: Error, Hashable, Sendable {
    public let reason: String
}

extension TimeZoneRules {
    /// Reads a TZif file of version 1 to 4 (RFC 9636): its 64-bit data and its footer, or the 32-bit data of version 1.
    public init(name: String, tzif bytes: [UInt8]) throws(TZifError) {
        var reader = TZifReader(bytes: bytes)
        var header = try reader.header()
        guard header.version != 0 else {
            let (table, _) = try reader.table(header, timeSize: 4)
            self.init(name: name, table)
            return
        }
        _ = try reader.take(header.size(timeSize: 4))
        header = try reader.header()
        var (table, last) = try reader.table(header, timeSize: 8)
        if let footer = try reader.footer() { table.append(footer, after: last) }
        self.init(name: name, table)
    }
}

/// Goes through a TZif file. Everything in it is the outside world's, so every step is checked against its end.
private struct TZifReader {
    struct Header {
        let version: UInt8
        let isUTCount, isStandardCount, leapCount, timeCount, typeCount, characterCount: Int

        /// The bytes of the data that follow; counts have 32 bits, so that this cannot overflow.
        func size(timeSize: Int) -> Int {
            timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4)
                + isStandardCount + isUTCount
        }
    }

    /// Before the world began, or so long after that adding to it might overflow.
    private static let instants: ClosedRange<Int64> = -1 << 59...1 << 59

    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func take(_ count: Int) throws(TZifError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw TZifError(reason: "it ends too early") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// A big-endian number with its sign.
    private mutating func number(_ size: Int) throws(TZifError) -> Int64 {
        let unsigned = try take(size).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return size == 4 ? Int64(Int32(truncatingIfNeeded: unsigned)) : Int64(bitPattern: unsigned)
    }

    mutating func header() throws(TZifError) -> Header {
        guard bytes.count - position >= 5, try take(4).elementsEqual("TZif".utf8) else {
            throw TZifError(reason: "it is no TZif file")
        }
        let version = try take(16).first ?? 0
        guard version == 0 || version >= UInt8(ascii: "2") else {
            throw TZifError(reason: "its version is not known")
        }
        func count() throws(TZifError) -> Int { Int(UInt32(truncatingIfNeeded: try number(4))) }
        return Header(
            version: version, isUTCount: try count(), isStandardCount: try count(), leapCount: try count(),
            timeCount: try count(), typeCount: try count(), characterCount: try count())
    }

    /// The transitions of the data that follow, and the instant of the last.
    mutating func table(_ header: Header, timeSize: Int) throws(TZifError) -> (TransitionTable, last: Int64?) {
        let end = position + header.size(timeSize: timeSize)
        guard end <= bytes.count else { throw TZifError(reason: "it ends too early") }
        guard header.leapCount == 0 else { throw TZifError(reason: "it counts leap seconds, which no clock here does") }
        guard header.typeCount > 0 else { throw TZifError(reason: "it has no local time types") }

        var instants: [Int64] = []
        for _ in 0..<header.timeCount {
            let instant = try number(timeSize)
            guard Self.instants.contains(instant), instant > instants.last ?? .min else {
                throw TZifError(reason: "its transitions are out of order or out of range")
            }
            instants.append(instant)
        }
        let types = try take(header.timeCount)
        var offsets: [Int64] = []
        for _ in 0..<header.typeCount {
            offsets.append(try number(4))
            // Whether that is daylight saving, and what it is called.
            _ = try take(2)
        }
        guard offsets.allSatisfy(TransitionTable.offsets.contains) else {
            throw TZifError(reason: "it has an offset of more than a day")
        }
        var table = TransitionTable(firstOffset: offsets[0])
        for (instant, type) in zip(instants, types) {
            guard offsets.indices.contains(Int(type)) else {
                throw TZifError(reason: "a transition has a local time type that is not there")
            }
            table.append(Transition(instant: instant, offset: offsets[Int(type)]))
        }
        position = end
        return (table, instants.last)
    }

    /// The TZ string between two line feeds; nil where there is none between them.
    mutating func footer() throws(TZifError) -> POSIXTimeZone? {
        let feed = UInt8(ascii: "\n")
        guard try take(1).first == feed, let end = bytes[position...].firstIndex(of: feed) else {
            throw TZifError(reason: "it ends without a footer")
        }
        let text = bytes[position..<end]
        guard !text.isEmpty else { return nil }
        guard let zone = POSIXTimeZone(text) else { throw TZifError(reason: "its footer is no TZ string") }
        return zone
    }

    private typealias Transition = TimeZoneRules.Transition
}
