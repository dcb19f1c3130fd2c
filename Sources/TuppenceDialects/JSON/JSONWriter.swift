/// Writes JSON, front to back. Commas are put in where they belong; brackets are the caller's to pair.
///
/// Its memory is managed by hand: every byte of every translated answer is written here.
package struct JSONWriter: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    package private(set) var count = 0
    /// Whether the memory is the writer's, and not lent to it.
    private var isOwner: Bool

    package init(reserving capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        base = .allocate(capacity: self.capacity)
        isOwner = true
    }

    private init(into memory: UnsafeMutablePointer<UInt8>, capacity: Int) {
        self.capacity = capacity
        base = memory
        isOwner = false
    }

    deinit { if isOwner { base.deallocate() } }

    /// A document that is one object, written where it stays: long ones are copied only where there is more of them than
    /// there was room for.
    ///
    /// - Parameter capacity: bytes, more than which it seldom takes.
    package static func object(reserving capacity: Int, _ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var outgrown: [UInt8]?
        let document = [UInt8](unsafeUninitializedCapacity: max(capacity, 16)) { memory, count in
            guard let base = memory.baseAddress else { preconditionFailure("there is room for sixteen bytes at least") }
            var json = JSONWriter(into: base, capacity: memory.count)
            json.object(members)
            if json.isOwner { outgrown = json.bytes } else { count = json.count }
        }
        return outgrown ?? document
    }

    /// A copy of what was written.
    package var bytes: [UInt8] { withBytes { Array($0) } }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    // MARK: Memory

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if count &+ more > capacity { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.moveInitialize(from: base, count: count)
        if isOwner { base.deallocate() }
        base = larger
        isOwner = true
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count &+= 1
    }

    @inline(__always)
    private mutating func put(_ source: UnsafePointer<UInt8>?, _ length: Int) {
        guard let source, length > 0 else { return }
        reserve(length)
        (base + count).initialize(from: source, count: length)
        count &+= length
    }

    @inline(__always)
    private mutating func put(_ slice: ArraySlice<UInt8>) {
        slice.withUnsafeBufferPointer { put($0.baseAddress, $0.count) }
    }

    /// What needs no escapes, in quotes.
    @inline(__always)
    private mutating func quoted(_ source: UnsafePointer<UInt8>?, _ length: Int) {
        // With room for what comes behind it.
        reserve(length &+ 3)
        let here = base + count
        here[0] = UInt8(ascii: "\"")
        if let source { (here + 1).initialize(from: source, count: length) }
        here[length &+ 1] = UInt8(ascii: "\"")
        count &+= length &+ 2
    }

    // MARK: Containers

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        separate()
        put(UInt8(ascii: "{"))
        members(&self)
        put(UInt8(ascii: "}"))
    }

    /// An object of which all is known but its last value: the messages of a conversation are many and alike.
    ///
    /// - Parameter opening: the object up to that value, as JSON.
    @inline(__always)
    package mutating func object(_ opening: StaticString, _ last: JSONString) {
        separate()
        last.escaped.withUnsafeBufferPointer { text in
            // With the quotes, the brace, and a comma for what comes behind it.
            reserve(opening.utf8CodeUnitCount &+ text.count &+ 4)
            let here = base + count
            here.initialize(from: opening.utf8Start, count: opening.utf8CodeUnitCount)
            count &+= opening.utf8CodeUnitCount
            quoted(text.baseAddress, text.count)
        }
        put(UInt8(ascii: "}"))
    }

    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        separate()
        put(UInt8(ascii: "["))
        elements(&self)
        put(UInt8(ascii: "]"))
    }

    /// The name of a member, which has nothing in it that is to be escaped. Its value comes next.
    @inline(__always)
    package mutating func name(_ name: StaticString) {
        separate()
        quoted(name.utf8Start, name.utf8CodeUnitCount)
        put(UInt8(ascii: ":"))
    }

    package mutating func name(key name: JSONString) {
        value(name)
        put(UInt8(ascii: ":"))
    }

    // MARK: Values

    @inline(__always)
    package mutating func value(_ string: JSONString) {
        separate()
        string.escaped.withUnsafeBufferPointer { quoted($0.baseAddress, $0.count) }
    }

    /// A text that has nothing in it that is to be escaped.
    @inline(__always)
    package mutating func value(literal text: StaticString) {
        separate()
        quoted(text.utf8Start, text.utf8CodeUnitCount)
    }

    package mutating func value(_ raw: RawJSON) {
        separate()
        put(raw.bytes)
    }

    /// A value that nobody has looked at: whoever reads the document finds out whether it is one.
    mutating func unchecked(_ bytes: ArraySlice<UInt8>) {
        separate()
        put(bytes)
    }

    package mutating func value(_ number: Int) {
        separate()
        digits(number)
    }

    /// Faster than by way of a `String`, as it is done for every chunk of a stream.
    private mutating func digits(_ number: Int) {
        if number < 0 { put(UInt8(ascii: "-")) }
        var rest = number.magnitude
        if rest < 10 { return put(UInt8(48 + rest)) }
        let start = count
        while rest > 0 {
            put(UInt8(48 + rest % 10))
            rest /= 10
        }
        var digits = UnsafeMutableBufferPointer(start: base + start, count: count - start)
        digits.reverse()
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
        put(UInt8(ascii: "\""))
        utf8.withUnsafeBytes { escaping($0) }
        put(UInt8(ascii: "\""))
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
        // White space at their end would hide that a comma is due; between the brackets there may be nothing else.
        guard let last = members.lastIndex(where: { $0 > 32 }) else { return }
        separate()
        put(members[...last])
    }

    /// What is no JSON: the lines of an event around it, for instance.
    @inline(__always)
    package mutating func plain(_ text: StaticString) {
        put(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Takes out what was written, leaving the memory for more.
    package mutating func removeAll() { count = 0 }

    /// A comma, unless what comes is the first within its brackets, follows a name, or begins the text.
    @inline(__always)
    private mutating func separate() {
        guard count > 0 else { return }
        switch base[count &- 1] {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\n"): return
        default: put(UInt8(ascii: ","))
        }
    }

    @inline(__always)
    static func mustBeEscaped(_ byte: UInt8) -> Bool {
        byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// The inside of a string that says `utf8`.
    mutating func escaping(_ utf8: UnsafeRawBufferPointer) {
        let source = utf8.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var start = 0
        for index in 0..<utf8.count where Self.mustBeEscaped(utf8[index]) {
            let byte = utf8[index]
            put(source.map { $0 + start }, index - start)
            start = index + 1
            put(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
            case 10: put(UInt8(ascii: "n"))
            case 13: put(UInt8(ascii: "r"))
            case 9: put(UInt8(ascii: "t"))
            default:
                plain("u00")
                put(byte >> 4 == 0 ? 48 : 49)
                let low = byte & 15
                put(low < 10 ? 48 + low : 87 + low)
            }
        }
        put(source.map { $0 + start }, utf8.count - start)
    }
}
