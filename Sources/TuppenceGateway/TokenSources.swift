import Synchronization
import TuppenceDialects
import TuppenceServer
import TuppenceSigning

/// The sources of access tokens: one for each account, whatever else of the configuration changes, so that a change of keys
/// has no token fetched anew.
final class TokenSources: Sendable {
    private let sources = Mutex<[GoogleServiceAccount: GoogleTokens]>([:])

    /// - Throws: if the account's file has no key to sign with, or no address to ask at.
    func tokens(of account: GoogleServiceAccount) throws -> GoogleTokens {
        try sources.withLock { sources in
            if let known = sources[account] { return known }
            guard let key = try? RSASignature(pem: account.privateKey) else {
                throw Failure(
                    "The key file of '\(account.email)' has no private RSA key of 2,048 bits or more in 'private_key'.")
            }
            guard let made = GoogleTokens(account, key: key) else {
                throw Failure(
                    "The key file of '\(account.email)' has a 'token_uri' that is no http:// or https:// address.")
            }
            sources[account] = made
            return made
        }
    }

    func forgetAll(but accounts: [GoogleServiceAccount]) {
        sources.withLock { sources in sources = sources.filter { accounts.contains($0.key) } }
    }
}
