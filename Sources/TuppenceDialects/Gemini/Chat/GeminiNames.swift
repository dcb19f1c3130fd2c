extension JSONValue {
    /// A member by either of the spellings that Google's JSON allows in requests.
    func member(_ name: StaticString, or other: StaticString) -> JSONValue? {
        guard let value = self[name] ?? self[other], !value.isNull else { return nil }
        return value
    }

    /// The elements of an array; what stands in the place of one, by itself.
    var listed: [JSONValue] { kind == .array ? Array(elements) : [self] }
}
