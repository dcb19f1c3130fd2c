/// Whether `condition` comes to hold. The time for it is so long that its end is a failure, and no matter of how busy a machine is.
public func eventually(
    within patience: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + patience
    while clock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}
