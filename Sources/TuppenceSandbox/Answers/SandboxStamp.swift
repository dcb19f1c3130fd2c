/// What tells one answer from every other of this process.
struct SandboxStamp: Hashable, Sendable {
    let number: Int
    /// Seconds since 1970.
    let created: Int

    var requestID: String { "req_sandbox_\(number)" }

    /// An id such as `chatcmpl-sandbox-7`.
    func id(_ kind: String) -> SandboxJSON { .string("\(kind)-sandbox-\(number)") }
}
