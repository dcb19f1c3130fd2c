import TuppenceCore

/// A JSON object that is written member by member.
package struct JSONObject: Sendable {
    private var members: [UInt8] = []

    package init() {}

    package var bytes: [UInt8] { [UInt8(ascii: "{")] + members + [UInt8(ascii: "}")] }

    private mutating func begin(_ name: StaticString) {
        if !members.isEmpty { members.append(UInt8(ascii: ",")) }
        members += Array("\"\(name)\":".utf8)
    }

    /// Nil is written as null, here and below.
    package mutating func add(_ name: StaticString, _ text: String?) {
        begin(name)
        members += text.map { JSONWriting.quoted($0) } ?? Self.null
    }

    /// USD, exactly.
    package mutating func add(_ name: StaticString, _ money: Money?) {
        begin(name)
        members += money.map { Array($0.usd.utf8) } ?? Self.null
    }

    package mutating func add(_ name: StaticString, _ number: Int64) {
        begin(name)
        members += Array(String(number).utf8)
    }

    package mutating func add(_ name: StaticString, _ number: Int64?) {
        guard let number else {
            begin(name)
            return members += Self.null
        }
        add(name, number)
    }

    package mutating func add(_ name: StaticString, _ texts: [String]) {
        begin(name)
        members.append(UInt8(ascii: "["))
        members += texts.map { JSONWriting.quoted($0) }.joined(separator: [UInt8(ascii: ",")])
        members.append(UInt8(ascii: "]"))
    }

    package mutating func add(_ name: StaticString, _ flag: Bool) {
        begin(name)
        members += Array((flag ? "true" : "false").utf8)
    }

    package mutating func add(_ name: StaticString, _ object: JSONObject) {
        begin(name)
        members += object.bytes
    }

    package mutating func add(_ name: StaticString, _ list: [JSONObject]) {
        begin(name)
        members.append(UInt8(ascii: "["))
        members += list.map(\.bytes).joined(separator: [UInt8(ascii: ",")])
        members.append(UInt8(ascii: "]"))
    }

    private static let null = Array("null".utf8)
}
