import TuppenceCore

extension Form {
    /// The text of the part called `name`, and where it stands; nil where there is none.
    ///
    /// - Throws: a refusal where it is given twice, is a file or no text: we would price one, and the provider obey another.
    func single(
        _ name: String, in bytes: UnsafeRawBufferPointer
    ) throws(Refusal) -> (text: String, range: Range<Int>)? {
        let parts = self[name]
        guard let part = parts.first else { return nil }
        guard parts.count == 1 else { throw .invalid("'\(name)' is given twice.", name) }
        guard !part.isFile,
            let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[part.value]), as: UTF8.self)
        else { throw .invalid("'\(name)' must be text.", name) }
        return (text, part.value)
    }

    /// The whole number that the part called `name` is; nil where there is none.
    ///
    /// - Throws: a refusal as ``single(_:in:)`` has, and where it is another than those of `range`.
    func count(
        _ name: String, of range: ClosedRange<Int>, in bytes: UnsafeRawBufferPointer
    ) throws(Refusal) -> Int? {
        guard let text = try single(name, in: bytes)?.text else { return nil }
        guard let count = Int(text), range.contains(count) else {
            throw .invalid(
                "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text.prefix(40))'.",
                name)
        }
        return count
    }
}
