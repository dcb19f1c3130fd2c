import NIOCore
import TuppenceHTTP

/// What a browser is told that runs a page of another origin: whether the page may ask, and read the answer. It needs a key
/// all the same, which no browser sends of its own accord.
///
/// Source: https://fetch.spec.whatwg.org/#http-cors-protocol (read 2026-11).
extension DataPlaneSettings {
    /// Says that a page may read the answer whose head this is, if it may.
    func writeOrigin(_ origin: String, to head: inout ByteBuffer) {
        guard let allowed = allowed(origin) else { return }
        head.writeField("access-control-allow-origin", allowed)
        head.writeField("access-control-expose-headers", "*")
        if origins != nil { head.writeField("vary", "origin") }
    }

    /// The answer to a browser that asks whether a page may send a request; nil where nobody asks that, or it may not.
    func preflight(_ head: RequestHead) -> LocalAnswer? {
        let fields = head.fields
        guard head.method == .options, fields.contains("access-control-request-method"),
            let origin = fields.first("origin"), allowed(origin) != nil
        else { return nil }
        var answer = LocalAnswer(text: "")
        answer.fields.writeField("access-control-allow-methods", "GET, POST, DELETE")
        // By name, since a star does not stand for 'authorization'.
        let wanted = fields.first("access-control-request-headers")
        if let wanted, wanted.utf8.allSatisfy({ (32...126).contains($0) }) {
            answer.fields.writeField("access-control-allow-headers", wanted)
        }
        answer.fields.writeField("access-control-max-age", "7200")
        return answer
    }

    /// How a page of this origin is told that it may; nil if it may not.
    private func allowed(_ origin: String) -> String? {
        guard let origins else { return "*" }
        return origins.contains(origin) ? origin : nil
    }
}
