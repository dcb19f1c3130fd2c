/// Runs `body` in a task that was cancelled before it, as that is which stops a gateway.
public func whileCancelled<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return try await body()
    }
    task.cancel()
    return try await task.value
}
