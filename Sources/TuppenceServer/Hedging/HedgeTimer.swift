import NIOCore
import TuppenceCore

/// Has a request look at the time at a moment of its own: the loop's ticks are too coarse for a caller's patience.
final class HedgeTimer {
    /// Until it is over, or has rung.
    private var task: (any LoopTask)?

    init(at time: Timestamp, on loop: LoopContext, for task: any LoopTask) {
        self.task = task
        let pause = TimeAmount.milliseconds(max(0, (time - loop.now).count))
        loop.eventLoop.assumeIsolated().scheduleTask(in: pause) {
            // What it is silent about may be here already: a tick will tell.
            if !loop.isBehind { self.task?.timePassed(loop.now) }
            self.task = nil
        }
    }

    /// Timers are not taken back, which would cost more than to let them come in vain.
    func forget() { task = nil }
}
