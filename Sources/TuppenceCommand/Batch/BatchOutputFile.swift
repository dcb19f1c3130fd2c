import Foundation
import TuppenceGateway

/// The file that a batch's answers go to, a line each as they come.
struct BatchOutputFile {
    /// What there is in a file of a request.
    enum Standing {
        case open, answered
        /// The answer to another request by the same `custom_id`.
        case answeredOtherwise
    }

    /// Whose answers stood there already, with a success; with the keys that they were asked for under, as far as they are known.
    private let answered: [String: String?]
    private let handle: FileHandle
    private let path: String

    /// Takes up a file that is there: successes stay, and lines of failures go, as their requests are sent again. What a killed
    /// run has left of its last line goes, too.
    ///
    /// - Throws: a ``Failure`` where the file is another one, which is left as it is, or can't be written.
    init(path: String) throws {
        self.path = path
        do {
            let bytes = FileManager.default.contents(atPath: path) ?? Data()
            let (kept, answered) = try Self.successes(in: Array(bytes), path)
            self.answered = answered
            if !FileManager.default.fileExists(atPath: path) || kept.count != bytes.count {
                try Data(kept).write(to: URL(filePath: path), options: .atomic)
            }
            handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seekToEnd()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("\(path) cannot be written: \(error.reason)")
        }
    }

    func standing(of request: BatchRequest) -> Standing {
        guard let key = answered[request.customID] else { return .open }
        return key == nil || key == request.idempotencyKey ? .answered : .answeredOtherwise
    }

    private static func successes(
        in bytes: [UInt8], _ path: String
    ) throws -> (kept: [UInt8], answered: [String: String?]) {
        var kept: [UInt8] = []
        var answered: [String: String?] = [:]
        var rest = bytes[...]
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex(of: 10)
            let line = rest[..<(end ?? rest.endIndex)]
            rest = end.map { rest[($0 + 1)...] } ?? []
            guard line.contains(where: { $0 > 32 }) else { continue }
            guard let found = BatchLine.read(line) else {
                if end == nil, number > 1 || line.starts(with: Array("{\"id\":".utf8)) { break }
                throw Failure(
                    "\(path), line \(number): this is no output of a batch, so nothing is added to it. Name another file: --output"
                )
            }
            guard found.isSuccess, !answered.keys.contains(found.customID) else { continue }
            answered.updateValue(found.idempotencyKey, forKey: found.customID)
            kept += line
            kept.append(10)
        }
        return (kept, answered)
    }

    func add(_ line: [UInt8]) throws(Failure) {
        do { try handle.write(contentsOf: line) } catch {
            throw Failure(
                "\(path) cannot be written: \(error.reason). Nothing more is sent. Once it can be, the same command goes on from there: what was answered meanwhile is not paid for again within 24 hours."
            )
        }
    }
}
