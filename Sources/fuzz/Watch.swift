import Foundation
import TuppenceFuzzing

/// Says which input a trap or a hang is due to.
enum Watch {
    static func begin(seed: UInt64, patience: Duration) {
        for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            Foundation.signal(signal) { signal in
                Watch.tell("\ntrapped at input number ")
                // The default is what prints the trace, or dumps core.
                Foundation.signal(signal, SIG_DFL)
                raise(signal)
            }
        }
        let thread = Thread { wait(patience) }
        thread.start()
    }

    /// Ends the process once one input has taken a hundred times what it may.
    private static func wait(_ patience: Duration) {
        var last = -1
        var since = ContinuousClock.now
        while true {
            Thread.sleep(forTimeInterval: 0.5)
            let current = FuzzRun.current.load(ordering: .relaxed)
            if current != last { (last, since) = (current, .now) }
            if ContinuousClock.now - since > patience * 100 {
                tell("\nhangs at input number ")
                exit(2)
            }
        }
    }

    /// Allocates nothing: a signal may come at any time.
    private static func tell(_ words: StaticString) {
        write(2, words.utf8Start, words.utf8CodeUnitCount)
        var number = FuzzRun.current.load(ordering: .relaxed)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 21) { digits in
            var place = 20
            digits[place] = 10
            repeat {
                place -= 1
                digits[place] = 48 + UInt8(number % 10)
                number /= 10
            } while number > 0
            write(2, digits.baseAddress! + place, 21 - place)
        }
    }
}
