import TuppenceCore

extension UsageReport {
    /// Reads a usage object by itself, as it stands in an answer.
    ///
    /// - Returns: nil if it counts nothing.
    init?(_ reader: some UsageReader, _ value: JSONValue, model: JSONString?, tier: JSONString? = nil) {
        guard value.kind == .object else { return nil }
        var reader = reader
        do throws(JSONError) { try value.withBytes { (bytes) throws(JSONError) in try reader.read(bytes) } } catch {
            return nil
        }
        self = reader.report
        guard isReadable else { return nil }
        if let model { self.model = model.decoded }
        if let tier { statedService = ServiceTier(named: tier.decoded) }
    }
}
