import NIOCore
import TuppenceCore
import TuppenceHTTP

/// What `x-tuppence-cache` says of an answer.
enum CacheMark {
    /// Looked for and not found: the answer is new.
    case miss
    /// Not looked for.
    case bypass
    /// From the cache.
    case hit(age: Milliseconds)
    /// From the cache however old, in place of a refusal: a budget had no room for a new one.
    case stale(age: Milliseconds)

    var isServed: Bool {
        switch self {
        case .miss, .bypass: false
        case .hit, .stale: true
        }
    }

    func write(to head: inout ByteBuffer) {
        switch self {
        case .miss: head.writeStaticString("x-tuppence-cache: miss\r\n")
        case .bypass: head.writeStaticString("x-tuppence-cache: bypass\r\n")
        case .hit(let age):
            head.writeStaticString("x-tuppence-cache: hit\r\n")
            head.writeField("age", Int(age.count / 1_000))
        case .stale(let age):
            head.writeStaticString("x-tuppence-cache: stale\r\nwarning: 110 - \"response is stale\"\r\n")
            head.writeField("age", Int(age.count / 1_000))
        }
    }
}
