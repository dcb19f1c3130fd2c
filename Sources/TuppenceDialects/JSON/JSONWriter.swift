/// Writes JSON, front to back. Commas are put in where they belong; brackets are the caller's to pair.
package struct JSONWriter {
    package private(set) var bytes: [UInt8]

    package init(reserving capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    // MARK: Containers

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        members(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "["))
        elements(&self)
        bytes.append(UInt8(ascii: "]"))
    }

    /// The name of a member, which has nothing in it that is to be escaped. Its value comes next.
    @inline(__always)
    package mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        plain(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    package mutating func name(key name: JSONString) {
        value(name)
        bytes.append(UInt8(ascii: ":"))
    }

    // MARK: Values

    package mutating func value(_ string: JSONString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: string.escaped)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A text that has nothing in it that is to be escaped.
    package mutating func value(literal text: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        plain(text)
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func value(_ raw: RawJSON) {
        separate()
        bytes.append(contentsOf: raw.bytes)
    }

    /// A value that nobody has looked at: whoever reads the document finds out whether it is one.
    mutating func unchecked(_ bytes: ArraySlice<UInt8>) {
        separate()
        self.bytes.append(contentsOf: bytes)
    }

    package mutating func value(_ number: Int) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    package mutating func value(_ flag: Bool) {
        separate()
        plain(flag ? "true" : "false")
    }

    package mutating func null() {
        separate()
        plain("null")
    }

    /// A string whose text is `utf8`, escaped here.
    package mutating func value(escaping utf8: ArraySlice<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        utf8.withUnsafeBytes { escaping($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    // MARK: Members; nil leaves the member out

    package mutating func member(_ name: StaticString, _ value: JSONString?) {
        guard let value else { return }
        self.name(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: RawJSON?) {
        guard let value else { return }
        self.name(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: Int?) {
        guard let value else { return }
        self.name(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        self.name(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, literal value: StaticString) {
        self.name(name)
        self.value(literal: value)
    }

    package mutating func member(_ name: StaticString, object members: (inout JSONWriter) -> Void) {
        self.name(name)
        object(members)
    }

    package mutating func member(_ name: StaticString, array elements: (inout JSONWriter) -> Void) {
        self.name(name)
        array(elements)
    }

    // MARK: Bytes

    /// Members that are written already, without braces: `"a":1,"b":2`.
    package mutating func splice(_ members: [UInt8]) {
        guard !members.isEmpty else { return }
        separate()
        bytes.append(contentsOf: members)
    }

    /// What is no JSON: the lines of an event around it, for instance.
    @inline(__always)
    package mutating func plain(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Takes out what was written, leaving the memory for more.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// A comma, unless what comes is the first within its brackets, follows a name, or begins the text.
    @inline(__always)
    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\n"): return
        default: bytes.append(UInt8(ascii: ","))
        }
    }

    @inline(__always)
    static func mustBeEscaped(_ byte: UInt8) -> Bool {
        byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// The inside of a string that says `utf8`.
    mutating func escaping(_ utf8: UnsafeRawBufferPointer) {
        var start = 0
        for (index, byte) in utf8.enumerated() where Self.mustBeEscaped(byte) {
            bytes.append(contentsOf: utf8[start..<index])
            start = index + 1
            bytes.append(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
            case 10: bytes.append(UInt8(ascii: "n"))
            case 13: bytes.append(UInt8(ascii: "r"))
            case 9: bytes.append(UInt8(ascii: "t"))
            default:
                plain("u00")
                bytes.append(byte >> 4 == 0 ? 48 : 49)
                let low = byte & 15
                bytes.append(low < 10 ? 48 + low : 87 + low)
            }
        }
        bytes.append(contentsOf: utf8[start...])
    }
}
