import Foundation
import TuppenceCore

extension NotificationSettings {
    /// Reads `notifications: { url: https://hooks.example/x, secret: ${HOOK_SECRET} }`; `url` may be a list.
    init(_ section: YAMLCursor?) {
        self.init()
        guard let fields = section?.fields(of: "'notifications'", ["url", "secret"]) else { return }
        if let cursor = fields["url"] {
            let cursors = cursor.node.sequence == nil ? [cursor] : cursor.list(of: "addresses")
            isIncomplete = cursors.contains { $0.unneededSecret != nil }
            addresses = cursors.filter { $0.unneededSecret == nil }.compactMap { $0.webhookAddress() }
        }
        if let cursor = fields["secret"] {
            isIncomplete = isIncomplete || cursor.unneededSecret != nil
            secret = cursor.webhookSecret()
        }
    }
}

extension YAMLCursor {
    /// Where notices are posted to. Never quoted: many such addresses are secrets themselves.
    func webhookAddress() -> WebhookAddress? {
        guard let text = text("an address such as https://hooks.example/tuppence") else { return nil }
        if let address = WebhookAddress(text.value) { return address }
        report(
            "this is no address that a notice can be posted to.",
            "Write a URL such as https://hooks.example/tuppence, without a user name or a fragment.")
        return nil
    }

    /// A secret as Standard Webhooks writes it, so that its receivers' libraries take it as it is.
    fileprivate func webhookSecret() -> [UInt8]? {
        guard unneededSecret == nil else { return nil }
        guard let text = text("a secret")?.value else { return nil }
        let prefix = "whsec_"
        if text.hasPrefix(prefix), let bytes = Data(base64Encoded: String(text.dropFirst(prefix.count))),
            (24...64).contains(bytes.count)
        {
            return Array(bytes)
        }
        report(
            "the secret of 'notifications' is not 'whsec_' and 24 to 64 bytes in base64.",
            "Make one with: echo whsec_$(openssl rand -base64 32)")
        return nil
    }
}
