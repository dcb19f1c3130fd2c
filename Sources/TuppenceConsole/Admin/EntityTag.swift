import HTTPTypes
import Hummingbird
import TuppenceAdministration

/// Versions as HTTP has them: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1 (read 2026-11-27).
enum EntityTag {
    /// `"7"`.
    static func text(_ version: Int64) -> String { "\"\(version)\"" }

    /// Reads `If-Match`: `*`, or tags with commas between them. A tag that was not given out here is nobody's, and weak ones
    /// match nothing.
    ///
    /// - Returns: nil where there is none.
    static func expected(in request: Request) -> ExpectedVersion? {
        guard let field = request.headers[.ifMatch] else { return nil }
        let tags = field.split(separator: ",").map { $0.drop { $0 == " " }.prefix { $0 != " " } }
        if tags == ["*"] { return .any }
        return .one(of: Set(tags.compactMap(version)))
    }

    private static func version(_ tag: Substring) -> Int64? {
        guard tag.count > 2, tag.first == "\"", tag.last == "\"" else { return nil }
        return Int64(tag.dropFirst().dropLast())
    }
}
