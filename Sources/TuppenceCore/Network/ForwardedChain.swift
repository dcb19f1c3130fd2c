/// Through whose hands a request has come, as the proxies on its way have noted it: each wrote down who had connected to it,
/// behind what was there. Only the last one is known, so what counts is read from the end.
public struct ForwardedChain: Hashable, Sendable {
    /// Nil for what is no address: `unknown`, a name, a mistake.
    public private(set) var addresses: [NetworkAddress?] = []

    public init() {}

    /// Adds what a field `x-forwarded-for` has: addresses with commas between them, and with ports as some proxies write.
    public mutating func add(forwardedFor value: UnsafeRawBufferPointer) {
        for part in value.split(separator: Self.comma, omittingEmptySubsequences: false) {
            addresses.append(Self.address(Self.trimmed(part)))
        }
    }

    /// Adds what a field `forwarded` has (RFC 7239): of each element its `for`.
    public mutating func add(forwarded value: UnsafeRawBufferPointer) {
        var rest = value[...]
        while true {
            let element = Self.take(&rest, to: Self.comma)
            addresses.append(Self.subject(of: element))
            guard rest.first == Self.comma else { return }
            rest = rest.dropFirst()
        }
    }

    /// The last that is none of `proxies`; the first of all if all are.
    ///
    /// - Returns: nil where that is no address, or nothing is noted.
    public func caller(behind proxies: [NetworkRange]) -> NetworkAddress? {
        for address in addresses.reversed() {
            guard let address else { return nil }
            if !proxies.contains(where: { $0.contains(address) }) { return address }
        }
        return addresses.first ?? nil
    }

    private typealias Bytes = Slice<UnsafeRawBufferPointer>
    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")

    private static func subject(of element: Bytes) -> NetworkAddress? {
        var rest = element
        while !rest.isEmpty {
            let pair = take(&rest, to: UInt8(ascii: ";"))
            rest = rest.dropFirst()
            let name = trimmed(pair.prefix { $0 != UInt8(ascii: "=") })
            guard name.count == 3, zip(name, "for".utf8).allSatisfy({ $0 | 0x20 == $1 }) else { continue }
            var value = trimmed(pair.drop { $0 != UInt8(ascii: "=") }.dropFirst())
            if value.count >= 2, value.first == quote, value.last == quote { value = value.dropFirst().dropLast() }
            return address(value)
        }
        return nil
    }

    /// Takes what is before the next `separator` that is not within quotes.
    private static func take(_ rest: inout Bytes, to separator: UInt8) -> Bytes {
        var isQuoted = false
        var isEscaped = false
        var end = rest.startIndex
        while end < rest.endIndex {
            let byte = rest[end]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == quote {
                isQuoted.toggle()
            } else if byte == separator, !isQuoted {
                break
            }
            end += 1
        }
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
    private static func address(_ text: Bytes) -> NetworkAddress? {
        if text.first == UInt8(ascii: "[") {
            let inner = text.dropFirst().prefix { $0 != UInt8(ascii: "]") }
            let behind = text[inner.endIndex...].dropFirst()
            guard inner.endIndex < text.endIndex, behind.isEmpty || isPort(behind) else { return nil }
            return inner.contains(UInt8(ascii: ":")) ? NetworkAddress(ascii: inner) : nil
        }
        if let colon = text.firstIndex(of: UInt8(ascii: ":")), text[..<colon].contains(UInt8(ascii: ".")) {
            return isPort(text[colon...]) ? NetworkAddress(ascii: text[..<colon]) : nil
        }
        return NetworkAddress(ascii: text)
    }

    private static func isPort(_ text: Bytes) -> Bool {
        text.first == UInt8(ascii: ":") && (1...5).contains(text.count - 1)
            && text.dropFirst().allSatisfy { (48...57).contains($0) }
    }

    private static func trimmed(_ text: Bytes) -> Bytes {
        var text = text.drop { $0 == 32 || $0 == 9 }
        while let last = text.last, last == 32 || last == 9 { text = text.dropLast() }
        return text
    }
}
