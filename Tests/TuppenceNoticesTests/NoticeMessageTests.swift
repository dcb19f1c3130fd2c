import Foundation
import Testing
import TuppenceCore

@testable import TuppenceNotices

@Suite("A notice as it is posted")
struct NoticeMessageTests {
    @Test("the signature is the one in the specification of Standard Webhooks")
    func signature() throws {
        let secret = try #require(Data(base64Encoded: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = NoticeMessage.signature(
            of: Array(#"{"test": 2432232314}"#.utf8), id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at: Timestamp(milliseconds: 1_614_265_330_999), secret: Array(secret))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("the body has the id, the type, the time, the sentence and the details in their order")
    func body() {
        var random = RandomSource(seed: 1)
        let message = NoticeMessage(
            Notice(
                kind: .budgetThreshold, at: Timestamp(seconds: 1_795_553_100), message: "80 % of \"web\" are spent.",
                details: [
                    ("budget", .text("web")), ("percent", .count(80)),
                    ("spent", .money(Money(nanodollars: 1_500_000_000))),
                    ("resets_at", .time(Timestamp(seconds: 1_795_564_800))),
                ]), using: &random)
        #expect(message.id.hasPrefix("ntc_"))
        #expect(
            String(decoding: message.body, as: UTF8.self)
                == #"{"id":"\#(message.id)","type":"budget.threshold","at":"2026-11-24T20:45:00Z","message":"80 % of \"web\" are spent.","data":{"budget":"web","percent":80,"spent":1.5,"resets_at":"2026-11-25T00:00:00Z"}}"#
        )
    }

    @Test("two notices never have one id")
    func ids() {
        var random = RandomSource(seed: 1)
        let notice = Notice(kind: .loopSlowed, at: Timestamp(seconds: 1), message: "m")
        #expect(NoticeMessage(notice, using: &random).id != NoticeMessage(notice, using: &random).id)
    }
}
