import NIOCore
import NIOPosix
import Synchronization
import TuppenceCore
import TuppenceDialects
import TuppenceSigning
import TuppenceUpstream

/// Access tokens of one service account at Google, for the requests of all event loops.
///
/// A token is fetched when the first request needs one, once for all that wait for it, and anew in the background some
/// minutes before its end. No event loop waits: what signs the request for a token runs on a thread of its own.
public final class GoogleTokens: Sendable {
    typealias Answer = Result<String, UpstreamFailure>

    private struct Waiting {
        let loop: any EventLoop
        let tell: NIOLoopBound<(Answer) -> Void>
    }

    private struct State {
        var token: GoogleAccessToken?
        /// When the token was fetched, or that was last tried.
        var tried = Timestamp(milliseconds: 0)
        var isFetching = false
        var waiting: [Waiting] = []
        /// Why there is no token, after a try that brought none.
        var failure: UpstreamFailure?
    }

    private let account: GoogleServiceAccount
    private let key: RSASignature
    private let endpoint: UpstreamEndpoint
    private let state = Mutex(State())

    /// For so long after a try that brought no token there is no other one.
    private static let retryPause = Milliseconds.seconds(1)
    /// A token is not replaced sooner than this, whether its end is near or a provider has refused it.
    private static let leastAge = Milliseconds.seconds(10)

    /// - Returns: nil if the account's `token_uri` is no address.
    package init?(_ account: GoogleServiceAccount, key: RSASignature) {
        guard let endpoint = UpstreamEndpoint(baseURL: account.tokenAddress, apiKey: nil) else { return nil }
        self.account = account
        self.key = key
        self.endpoint = endpoint
    }

    /// Tells `then` a token on its loop: at once if there is one, else when it has been fetched.
    func token(on loop: LoopContext, then: @escaping (Answer) -> Void) {
        let now = loop.now
        let (answer, fetches): (Answer?, Bool) = state.withLock { state in
            if let token = state.token, token.expires > now {
                let wanted = token.isStale(at: now) && now - state.tried >= Self.leastAge
                return (.success(token.value), Self.begin(&state, if: wanted, at: now))
            }
            if !state.isFetching, let failure = state.failure, now - state.tried < Self.retryPause {
                return (.failure(failure), false)
            }
            state.waiting.append(
                Waiting(loop: loop.eventLoop, tell: NIOLoopBound(then, eventLoop: loop.eventLoop)))
            return (nil, Self.begin(&state, if: true, at: now))
        }
        if fetches { fetch(on: loop) }
        if let answer { then(answer) }
    }

    /// What requests go out with, if there is one.
    var current: String? { state.withLock { $0.token?.value } }

    private static func begin(_ state: inout State, if isWanted: Bool, at now: Timestamp) -> Bool {
        guard isWanted, !state.isFetching else { return false }
        state.isFetching = true
        state.tried = now
        return true
    }

    /// A provider did not take a token: unless it has come just now, the next request gets a new one.
    func refused(at now: Timestamp) {
        state.withLock { state in
            if !state.isFetching, now - state.tried >= Self.leastAge { state.token = nil }
        }
    }

    private func fetch(on loop: LoopContext) {
        let sent = loop.now
        let context = NIOLoopBound(loop, eventLoop: loop.eventLoop)
        NIOThreadPool.singleton.runIfActive(eventLoop: loop.eventLoop) { [account, key] in
            try account.tokenRequest(at: sent, signedBy: key.sign)
        }
        .whenComplete { [self] result in
            switch result {
            case .failure(let error): fetched(.failure(.init(message: "the key cannot sign: \(error)")), at: sent)
            case .success(let body):
                TokenFetch(endpoint, body: body, on: context.value) { answer in
                    self.fetched(answer.flatMap { Self.read($0, at: sent) }, at: sent)
                }
                .begin()
            }
        }
    }

    private static func read(
        _ answer: TokenFetch.Answer, at sent: Timestamp
    ) -> Result<GoogleAccessToken, GoogleServiceAccount.Fault> {
        do throws(GoogleServiceAccount.Fault) {
            let token = try GoogleAccessToken(status: answer.status, body: answer.body, at: sent)
            // It is to stand in a field of a request.
            guard token.value.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
                throw GoogleServiceAccount.Fault(message: "what Google gave is no token.")
            }
            return .success(token)
        } catch { return .failure(error) }
    }

    private func fetched(_ result: Result<GoogleAccessToken, GoogleServiceAccount.Fault>, at time: Timestamp) {
        let (waiting, answer): ([Waiting], Answer) = state.withLock { state in
            state.isFetching = false
            state.tried = time
            let answer: Answer
            switch result {
            case .success(let token):
                state.token = token
                state.failure = nil
                answer = .success(token.value)
            case .failure(let fault):
                let reason = fault.message.hasSuffix(".") ? String(fault.message.dropLast()) : fault.message
                let failure = UpstreamFailure(.unreachable, detail: "no access token: \(reason)")
                state.failure = failure
                answer = .failure(failure)
            }
            defer { state.waiting = [] }
            return (state.waiting, answer)
        }
        for one in waiting { one.loop.execute { one.tell.value(answer) } }
    }
}
