import TuppenceCore

/// What is changed in the caller's bytes before a provider gets them.
extension ScannedRequest {
    /// The edits that turn the caller's body into the one that `provider` gets.
    ///
    /// - Parameter isClamped: whether `outputLimit` goes before what the caller asks for.
    package func edits(
        for model: String, outputLimit limit: Int?, isClamped: Bool = false, provider: Provider
    ) -> ByteEdits {
        var edits = ByteEdits()
        var inserted: [UInt8] = []
        if formBoundary != nil {
            if model != self.model { edits.add(ByteEdit(modelRange, Array(model.utf8))) }
            return edits
        }
        if modelRange.isEmpty {
            // It stands in the path, or nowhere.
            if endpoint.usualModel != nil {
                inserted += Array("\"model\":".utf8) + JSONWriting.quoted(model) + [UInt8(ascii: ",")]
            }
        } else if model != self.model {
            edits.add(ByteEdit(modelRange, JSONWriting.quoted(model)))
        }
        if outputLimit == nil, let limit {
            let field = endpoint.limitField(of: provider)
            if let null = limits.first(where: { $0.field.equals(field) }) {
                edits.add(ByteEdit(null.range, Array(String(limit).utf8)))
            } else if let limitHome {
                edits.add(
                    ByteEdit(
                        at: limitHome.insertion,
                        insert: Array("\"\(field)\":\(limit)\(limitHome.isEmpty ? "" : ",")".utf8)))
            } else if let missingHome {
                edits.add(ByteEdit(missingHome, Array("{\"\(field)\":\(limit)}".utf8)))
            } else if endpoint.dialect == .gemini {
                inserted += Array("\"generationConfig\":{\"\(field)\":\(limit)},".utf8)
            } else {
                inserted += Array("\"\(field)\":\(limit),".utf8)
            }
        }
        if isClamped, let limit {
            for given in limits where given.value.map({ $0 > limit }) == true {
                edits.add(ByteEdit(given.range, Array(String(limit).utf8)))
            }
        }
        if streams && !wantsUsage && endpoint.producesOutput && provider.acceptsStreamOptions {
            if let usageEdit {
                edits.add(usageEdit)
            } else {
                inserted += Array("\"stream_options\":{\"include_usage\":true},".utf8)
            }
        }
        if !inserted.isEmpty { edits.add(ByteEdit(at: insertion, insert: inserted)) }
        return edits
    }
}

extension StaticString {
    fileprivate func equals(_ other: StaticString) -> Bool {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount).elementsEqual(
            UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }
}
