import Testing
import TuppenceTesting

/// Stops the gateways and providers that a test has started when it ends, be it by an error. A test stops one itself only where it
/// is about what comes then.
///
/// A trait of tests, too, as a suite hands it on to them.
struct StoppedAtEnd: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let resources = TestResources()
        do {
            try await TestResources.$current.withValue(resources) { try await function() }
        } catch {
            await Self.stop(resources)
            throw error
        }
        await Self.stop(resources)
    }

    private static func stop(_ resources: TestResources) async {
        for error in await resources.stopAll() { Issue.record(error, "something could not be stopped") }
    }
}

extension Trait where Self == StoppedAtEnd {
    static var stoppedAtEnd: Self { Self() }
}
