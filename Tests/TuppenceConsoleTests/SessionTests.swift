import Testing
import TuppenceCore
import TuppenceServer

@testable import TuppenceConsole

@Suite("Sessions of the console")
struct SessionTests {
    private let sessions = Sessions()
    private let token = KeyDigest(of: "tpo_token")
    private let now = Timestamp(seconds: 1_800_000_000)

    private func begin(replacing old: String? = nil, at time: Timestamp? = nil) -> String {
        sessions.begin(for: token, replacing: old, at: time ?? now)
    }

    @Test("one that was begun is found with its token and proof of its own, and no other is") func found() throws {
        let (first, second) = (begin(), begin())
        #expect(first != second && first.count == 64)
        let session = try #require(sessions.find(first, at: now))
        #expect(session.token == token && session.formToken != first)
        #expect(session.formToken != sessions.find(second, at: now)?.formToken)
        #expect(sessions.find(first.uppercased() + "0", at: now) == nil && sessions.find("", at: now) == nil)
    }

    @Test("the id that a browser came with ends when it signs in: nobody can have given it one") func fixation() {
        let old = begin()
        let new = begin(replacing: old)
        #expect(sessions.find(old, at: now) == nil && sessions.find(new, at: now) != nil)
        // One that was never given out is not taken up either.
        #expect(begin(replacing: "chosen") != "chosen" && sessions.find("chosen", at: now) == nil)
    }

    @Test("one that was ended is gone") func ended() {
        let id = begin()
        sessions.end(id)
        #expect(sessions.find(id, at: now) == nil)
    }

    @Test("one counts for two hours since it was used last, and not a millisecond more") func idle() {
        let id = begin()
        let later = now + Sessions.idleTime
        #expect(sessions.find(id, at: later) != nil)
        #expect(sessions.find(id, at: later + Sessions.idleTime) != nil)
        #expect(sessions.find(id, at: later + Sessions.idleTime + Sessions.idleTime + Milliseconds(1)) == nil)
        #expect(sessions.find(id, at: later) == nil, "what has ended does not begin again")
    }

    @Test("one lasts twelve hours, however often it is used") func longest() {
        let id = begin()
        for hour in 1...12 { #expect(sessions.find(id, at: now + .seconds(Int64(hour) * 3_600)) != nil) }
        #expect(sessions.find(id, at: now + Sessions.longestTime + Milliseconds(1)) == nil)
    }

    @Test("of more than a thousand the one that was used longest ago gives way") func most() {
        let ids = (0..<1_000).map { begin(at: now + Milliseconds(Int64($0))) }
        #expect(sessions.find(ids[0], at: now + .seconds(2)) != nil)
        _ = begin(at: now + .seconds(3))
        #expect(sessions.find(ids[1], at: now + .seconds(3)) == nil)
        #expect(
            sessions.find(ids[0], at: now + .seconds(3)) != nil && sessions.find(ids[2], at: now + .seconds(3)) != nil)
    }
}

@Suite("Tries of tokens")
struct SignInLimiterTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    @Test("the tenth in a minute makes the address wait for its end, and no other one") func limit() throws {
        let limiter = SignInLimiter()
        let address = try #require(NetworkAddress("192.0.2.1"))
        let other = try #require(NetworkAddress("192.0.2.2"))
        for _ in 1..<SignInLimiter.most { limiter.failed(address, at: now) }
        #expect(limiter.wait(of: address, at: now) == nil)
        limiter.failed(address, at: now + .seconds(20))
        #expect(limiter.wait(of: address, at: now + .seconds(20)) == .seconds(40))
        #expect(limiter.wait(of: other, at: now + .seconds(20)) == nil)
        #expect(limiter.wait(of: address, at: now + .seconds(60)) == nil)
        limiter.failed(address, at: now + .seconds(60))
        #expect(limiter.wait(of: address, at: now + .seconds(60)) == nil, "a new minute has ten of its own")
    }
}
