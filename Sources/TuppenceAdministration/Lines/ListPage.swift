import TuppenceCore

/// Some lines of a list, and where the next ones begin.
package struct ListPage<Line: Encodable & Sendable>: Encodable, Sendable {
    package var data: [Line]
    /// What to say for the next ones; nil at the end.
    package var nextCursor: String?

    package init(data: [Line], nextCursor: String? = nil) {
        self.data = data
        self.nextCursor = nextCursor
    }

    /// Lines of a list that is at hand as a whole.
    ///
    /// - Parameters:
    ///   - cursor: where the page before has ended; nil for the beginning.
    ///   - id: what tells a line from all others.
    package init(
        of all: [Line], limit: Int, cursor: String?, id: (Line) -> String
    ) throws(AdministrationError) {
        var start = 0
        if let cursor {
            guard let place = ListCursor(cursor) else { throw Administration.noCursor }
            start = place.position(among: all, id: id)
        }
        let end = min(start + limit, all.count)
        data = Array(all[start..<end])
        nextCursor = end < all.count ? ListCursor(after: end, last: id(all[end - 1])).description : nil
    }
}

/// Where a page of a list has ended: after how many lines, and by its hash which one was the last. Lines that come and go before
/// it have no other one left out or told twice.
struct ListCursor: Hashable, CustomStringConvertible {
    private let count: Int
    private let hash: UInt64

    init(after count: Int, last id: String) {
        self.count = count
        hash = Self.hash(of: id)
    }

    /// Reads `12.9f86d081884c7d65`, as ``description`` writes it.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...9).contains(parts[0].count), parts[0].first != UInt8(ascii: "0"),
            parts[0].allSatisfy({ (48...57).contains($0) }), let count = Int(String(Substring(parts[0]))),
            parts[1].allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            let hash = UInt64(String(Substring(parts[1])), radix: 16)
        else { return nil }
        (self.count, self.hash) = (count, hash)
    }

    var description: String { "\(count).\(String(hash, radix: 16))" }

    /// Where the next page begins. Of a last line that is gone it is known only how many were there with it.
    func position<Line>(among all: [Line], id: (Line) -> String) -> Int {
        if count <= all.count, Self.hash(of: id(all[count - 1])) == hash { return count }
        if let last = all.firstIndex(where: { Self.hash(of: id($0)) == hash }) { return last + 1 }
        return min(count, all.count)
    }

    private static func hash(of id: String) -> UInt64 {
        var hash = StableHash()
        hash.add(id)
        return hash.mixed
    }
}
