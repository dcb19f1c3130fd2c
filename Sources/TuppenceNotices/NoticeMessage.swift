import Crypto
import Foundation
import TuppenceCore
import TuppenceDialects

/// A notice as it is posted: the same bytes to every address, however often it is tried.
struct NoticeMessage: Sendable {
    /// By which a receiver tells a repetition from another notice.
    let id: String
    let kind: Notice.Kind
    let at: Timestamp
    /// One sentence that says what happened and what to do.
    let text: String
    let body: [UInt8]

    init(_ notice: Notice, using random: inout some RandomNumberGenerator) {
        id = "ntc_" + RequestID(at: notice.at, using: &random).description.dropFirst(4)
        kind = notice.kind
        at = notice.at
        text = notice.message
        body = Self.json(notice, id: id)
    }

    private static func json(_ notice: Notice, id: String) -> [UInt8] {
        var text = Array("{\"id\":".utf8) + JSONWriting.quoted(id)
        text += Array(",\"type\":".utf8) + JSONWriting.quoted(notice.kind.rawValue)
        text += Array(",\"at\":".utf8) + JSONWriting.quoted(notice.at.iso8601)
        text += Array(",\"message\":".utf8) + JSONWriting.quoted(notice.message)
        text += Array(",\"data\":{".utf8)
        for (index, detail) in notice.details.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += JSONWriting.quoted(detail.name)
            text.append(UInt8(ascii: ":"))
            text += json(detail.value)
        }
        return text + Array("}}".utf8)
    }

    private static func json(_ value: Notice.Value) -> [UInt8] {
        switch value {
        case .text(let text): JSONWriting.quoted(text)
        case .count(let count): Array(String(count).utf8)
        case .money(let money): Array(money.usd.utf8)
        case .time(let time): JSONWriting.quoted(time.iso8601)
        }
    }

    /// The value of `webhook-signature`.
    ///
    /// Source: the specification of Standard Webhooks, 1.0, "Signature scheme" (https://www.standardwebhooks.com).
    func signature(at now: Timestamp, secret: [UInt8]) -> String {
        Self.signature(of: body, id: id, at: now, secret: secret)
    }

    static func signature(of body: [UInt8], id: String, at now: Timestamp, secret: [UInt8]) -> String {
        let signed = Array("\(id).\(now.seconds).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret))
        return "v1," + Data(code).base64EncodedString()
    }
}
