import Synchronization
import Testing
import TuppenceTesting

@Suite("What a test has started")
struct StoppedAtEndTests {
    private struct Failure: Error {}

    @Test("is stopped when the test ends by an error, the last of it first") func error() async throws {
        let test = try #require(Test.current)
        let stopped = Mutex<[String]>([])
        await #expect(throws: Failure.self) {
            try await StoppedAtEnd().provideScope(for: test, testCase: nil) {
                for name in ["provider", "gateway"] {
                    TestResources.current?.add { stopped.withLock { $0.append(name) } }
                }
                throw Failure()
            }
        }
        #expect(stopped.withLock { $0 } == ["gateway", "provider"])
    }

    @Test("is stopped though something else could not be") func attempts() async {
        let resources = TestResources()
        let stopped = Mutex(false)
        resources.add { stopped.withLock { $0 = true } }
        resources.add { throw Failure() }
        let errors = await resources.stopAll()
        #expect(errors.count == 1 && stopped.withLock { $0 })
    }
}
