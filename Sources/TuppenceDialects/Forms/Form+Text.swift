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
}
