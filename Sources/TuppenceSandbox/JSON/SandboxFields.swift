/// Reading the fields of a request, with the refusals that clients of OpenAI know.
extension SandboxJSON {
    /// - Returns: nil when the field is absent or null.
    func positiveInteger(_ name: String, atMost most: Int = .max) throws(SandboxRefusal) -> Int? {
        guard let value = self[name] else { return nil }
        guard let count = value.integer else { throw .wrongType(name, expected: "an integer", got: value) }
        guard count >= 1 else {
            throw .invalid(
                "Invalid '\(name)': integer below minimum value. Expected a value >= 1, but got \(count).",
                param: name, code: "integer_below_min_value")
        }
        guard count <= most else {
            throw .invalid(
                "Invalid '\(name)': integer above maximum value. Expected a value <= \(most), but got \(count).",
                param: name, code: "integer_above_max_value")
        }
        return count
    }

    /// - Returns: false when the field is absent or null.
    func flag(_ name: String) throws(SandboxRefusal) -> Bool {
        guard let value = self[name] else { return false }
        guard let flag = value.bool else { throw .wrongType(name, expected: "a boolean", got: value) }
        return flag
    }

    /// - Returns: no strings when the field is absent or null, one when it is a string.
    func strings(_ name: String) throws(SandboxRefusal) -> [String] {
        guard let value = self[name] else { return [] }
        if let text = value.string { return [text] }
        guard let elements = value.array else {
            throw .wrongType(name, expected: "a string or an array of strings", got: value)
        }
        var strings: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string else {
                throw .wrongType("\(name)[\(index)]", expected: "a string", got: element)
            }
            strings.append(text)
        }
        return strings
    }
}
