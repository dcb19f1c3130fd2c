import TuppenceAdministration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway

/// What was used, and what does it cost?
struct UsageQuestion {
    var target: Target
    var dialect: UsageDialect
    /// In place of what the answer says, or does not say.
    var service: ServiceTier?

    /// - Parameter documents: the answer's JSON documents, in order.
    func answer(_ documents: [ArraySlice<UInt8>], prices: PriceSheet) throws -> CostLine {
        var reader = dialect.reader
        for document in documents {
            do {
                try document.withUnsafeBytes { try reader.read($0) }
            } catch let error as JSONError {
                throw Failure("this is no JSON object: \(error.reason), at \(error.offset)")
            }
        }
        var report = reader.report
        guard report.isReadable else {
            throw Failure("nothing in it can be read as a usage of the dialect \(dialect.rawValue).")
        }
        guard report.output != .unreadable else {
            throw Failure("the output in it is no count of tokens of the dialect \(dialect.rawValue).")
        }
        if let service { report.statedService = service }
        return CostLine(target: target, dialect: dialect, report: report, prices: prices)
    }

    /// Reads `{"target": "p/m", "dialect": "openai", "service": "batch", "documents": [{…}]}` and answers it.
    static func answer(line: [UInt8], prices: PriceSheet) throws -> CostLine {
        var target: Target?
        var dialect: UsageDialect?
        var service: ServiceTier?
        var documents: [ArraySlice<UInt8>] = []
        do {
            try line.withUnsafeBytes { bytes in
                var cursor = JSONCursor(bytes)
                guard try cursor.kind() == .object else { throw JSONError(0, "an object is expected here") }
                try cursor.object { (cursor, key) throws(JSONError) in
                    if key.equals("documents"), try cursor.kind() == .array {
                        try cursor.array { (cursor) throws(JSONError) in documents.append(line[try cursor.skipValue()])
                        }
                    } else if try cursor.kind() == .string {
                        let value = try cursor.string().decoded
                        if key.equals("target") { target = Target(value) }
                        if key.equals("dialect") { dialect = UsageDialect(rawValue: value) }
                        if key.equals("service") { service = ServiceTier(rawValue: value) }
                    } else {
                        try cursor.skipValue()
                    }
                }
                try cursor.end()
            }
        } catch let error as JSONError {
            throw Failure("this is no JSON object: \(error.reason), at \(error.offset)")
        }
        guard let target else { throw Failure("it has no \"target\" such as openai/gpt-5-mini.") }
        let question = UsageQuestion(
            target: target, dialect: dialect ?? prices.dialect(of: target.provider), service: service)
        do {
            return try question.answer(documents, prices: prices)
        } catch let failure as Failure {
            return CostLine(target: target, dialect: question.dialect, error: failure.description)
        }
    }
}

/// The documents of an answer as it was sent.
enum SSEText {
    /// The data of each event of a stream, the objects of a list a line, or the one document that it is.
    static func documents(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        guard let first = bytes.first(where: { $0 > 32 }) else { return [] }
        guard first == UInt8(ascii: "{") else { return events(bytes) }
        let whole = bytes.withUnsafeBytes { bytes in
            var cursor = JSONCursor(bytes)
            do throws(JSONError) {
                try cursor.skipValue()
                try cursor.end()
                return true
            } catch { return false }
        }
        return whole ? [bytes[...]] : bytes.split(separator: 10)
    }

    private static func events(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var documents: [ArraySlice<UInt8>] = []
        for line in bytes.split(whereSeparator: { $0 == 10 || $0 == 13 }) where line.starts(with: "data:".utf8) {
            let data = line.dropFirst(5).drop { $0 == 32 }
            if data.first == UInt8(ascii: "{") { documents.append(data) }
        }
        return documents
    }
}
