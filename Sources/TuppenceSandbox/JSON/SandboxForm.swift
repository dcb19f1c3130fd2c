import Foundation

/// A form as the endpoints read requests: an object of its texts, and of its file what it is known by. It is read by itself
/// here, not as the gateway does.
enum SandboxForm {
    static func decode(_ request: SandboxRequest) throws(SandboxRefusal) -> SandboxJSON {
        guard let boundary = request.contentType?.split(separator: "boundary=", maxSplits: 1).dropFirst().first else {
            throw .invalid("The body is no multipart/form-data with a boundary.")
        }
        let body = Data(Array("\r\n".utf8) + request.body)
        let delimiter = Data("\r\n--\(boundary)".utf8)
        guard var start = body.range(of: delimiter)?.upperBound else { throw .invalid("The form has no parts.") }
        var members: [SandboxJSON.Member] = []
        while let end = body.range(of: delimiter, in: start..<body.endIndex) {
            members.append(try member(body[start..<end.lowerBound]))
            start = end.upperBound
        }
        guard body[start...].starts(with: Array("--".utf8)) else { throw .invalid("The form does not end.") }
        return .object(members)
    }

    private static func member(_ part: Data) throws(SandboxRefusal) -> SandboxJSON.Member {
        guard let gap = part.range(of: Data("\r\n\r\n".utf8)) else { throw .invalid("A part has no head.") }
        let head = String(decoding: part[..<gap.lowerBound], as: UTF8.self)
        let value = Array(part[gap.upperBound...])
        guard
            let name = head.split(separator: " name=\"", maxSplits: 1).dropFirst().first?.prefix(while: { $0 != "\"" })
        else { throw .invalid("A part has no name.") }
        guard head.contains("filename=") else {
            return .init(name: String(name), value: .string(String(decoding: value, as: UTF8.self)))
        }
        return .init(name: String(name), value: ["bytes": .int(value.count), "seconds": .int(seconds(of: value))])
    }

    /// What follows the head of a WAV at its rate, and a second for each 4,000 bytes of all else.
    private static func seconds(of file: [UInt8]) -> Int {
        guard file.count > 44, file.starts(with: Array("RIFF".utf8)) else { return (file.count + 3_999) / 4_000 }
        let rate = max((0..<4).reduce(0) { $0 | Int(file[28 + $1]) << ($1 * 8) }, 1)
        return (file.count - 44 + rate - 1) / rate
    }
}
