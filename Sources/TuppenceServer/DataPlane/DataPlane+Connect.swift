import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Callers within the same process.
extension DataPlane {
    /// Opens a connection that nobody else can reach: a pair of sockets, both ends of it on one event loop.
    ///
    /// The caller's end speaks as any other caller does, so that it is treated as any other: what holds for a request, holds
    /// whichever way it came.
    ///
    /// - Parameter prepare: puts the caller's handlers into its pipeline, on the event loop.
    package func connect(
        adding prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        let turn = connected.wrappingAdd(1, ordering: .relaxed).oldValue
        let loop = loops[Int(UInt(bitPattern: turn) % UInt(loops.count))]
        let ends = try SocketPair()
        // A caller that has closed its side may still read its stream.
        _ = try await ends.open(ends.theirs, on: loop.eventLoop, halfClosed: true) { channel in
            try channel.pipeline.syncOperations.addHandler(ClientConnection(loop: loop.value))
        }
        return try await ends.open(ends.ours, on: loop.eventLoop, halfClosed: false, adding: prepare)
    }
}

/// Two sockets that are connected to each other. Whichever is not handed to a channel is closed with this.
private final class SocketPair: Sendable {
    let ours: CInt
    let theirs: CInt
    private let opened = Mutex<Set<CInt>>([])

    init() throws {
        var ends: [CInt] = [-1, -1]
        #if canImport(Darwin)
            let kind = SOCK_STREAM
        #else
            let kind = CInt(SOCK_STREAM.rawValue)
        #endif
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw IOError(errnoCode: errno, reason: "socketpair")
        }
        (ours, theirs) = (ends[0], ends[1])
        // No program that is started later is to hold a connection open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    func open(
        _ end: CInt, on eventLoop: any EventLoop, halfClosed: Bool,
        adding prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        opened.withLock { _ = $0.insert(end) }
        return try await ClientBootstrap(group: eventLoop)
            .channelOption(.allowRemoteHalfClosure, value: halfClosed)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
            .withConnectedSocket(end).get()
    }

    deinit {
        opened.withLock { opened in
            for end in [ours, theirs] where !opened.contains(end) { close(end) }
        }
    }
}
