/// Looks for one run of bytes in others (Horspool): of a long file it looks at one byte in as many as the run has.
struct ByteSearch: Sendable {
    private let needle: [UInt8]
    private let skips: [Int]

    /// - Precondition: `needle` is not empty.
    init(for needle: [UInt8]) {
        precondition(!needle.isEmpty, "nothing to look for")
        self.needle = needle
        var skips = [Int](repeating: needle.count, count: 256)
        for (index, byte) in needle.dropLast().enumerated() { skips[Int(byte)] = needle.count - 1 - index }
        self.skips = skips
    }

    func first(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let last = needle.count - 1
        return needle.withUnsafeBufferPointer { needle in
            skips.withUnsafeBufferPointer { skips in
                var position = start
                while position + last < bytes.count {
                    var index = last
                    while bytes[position + index] == needle[index] {
                        if index == 0 { return position }
                        index -= 1
                    }
                    position += skips[Int(bytes[position + last])]
                }
                return nil
            }
        }
    }
}
