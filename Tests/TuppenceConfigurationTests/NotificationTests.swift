import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("notifications")
struct NotificationTests {
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test("one address or several, and a secret in the form of Standard Webhooks")
    func reading() throws {
        let one = try read("notifications: { url: \"https://hooks.example/x?y=${Z}\", secret: \(secret) }", ["Z": "1"])
        #expect(one.notifications.addresses == [WebhookAddress("https://hooks.example/x?y=1")])
        #expect(one.notifications.secret?.count == 24)
        #expect(one.notifications.secret?.prefix(3) == [0x31, 0xF2, 0x90])
        let two = try read("notifications: { url: [https://a.example, http://127.0.0.1:9/b] }").notifications
        #expect(two.addresses.map(\.origin) == ["https://a.example", "http://127.0.0.1:9"])
        #expect(two.secret == nil)
    }

    @Test("who needs no secrets is told that one is not set here: a notice would come unsigned, or nowhere")
    func unset() throws {
        func settings(_ fields: String, _ environment: [String: String] = [:]) throws -> NotificationSettings {
            try Configuration.parse(
                "notifications: { \(fields) }", file: "tuppence.yaml", environment: environment,
                zones: TimeZoneDatabase(environment: [:]), needsSecrets: false
            ).notifications
        }
        let unsigned = try settings("url: https://a.example, secret: '${S}'")
        #expect(unsigned.isIncomplete && unsigned.secret == nil && unsigned.addresses.count == 1)
        let nowhere = try settings("url: [ '${A}', https://b.example ]")
        #expect(nowhere.isIncomplete && nowhere.addresses.map(\.origin) == ["https://b.example"])
        let whole = try settings("url: '${A}', secret: '${S}'", ["A": "https://a.example", "S": secret])
        #expect(!whole.isIncomplete && whole.secret?.count == 24 && whole.addresses.count == 1)
        #expect(try !settings("url: https://a.example").isIncomplete)
    }

    @Test("a message has neither an address nor a secret in it, for they are nobody else's business")
    func mistakes() {
        let noAddress =
            "this is no address that a notice can be posted to. Write a URL such as https://hooks.example/tuppence, "
            + "without a user name or a fragment."
        let noSecret =
            "the secret of 'notifications' is not 'whsec_' and 24 to 64 bytes in base64. "
            + "Make one with: echo whsec_$(openssl rand -base64 32)"
        #expect(problems("notifications: { url: ftp://hunter2.example }") == ["1:23: " + noAddress])
        #expect(problems("notifications: { url: [https://a.example, hunter2] }") == ["1:43: " + noAddress])
        #expect(problems("notifications: { secret: hunter2 }") == ["1:26: " + noSecret])
        #expect(problems("notifications: { secret: whsec_c2hvcnQ= }") == ["1:26: " + noSecret])
        #expect(
            problems("notifications: { ur: x }") == ["1:18: unknown key 'ur' in 'notifications'. Did you mean 'url'?"])
    }
}
