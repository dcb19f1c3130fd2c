import ArgumentParser
import Foundation
import TuppenceFuzzing

@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Feed every reader of foreign bytes with inputs that are nearly right.",
        discussion: """
            The same seed and number make the same input. What traps or hangs is named by its number: \
            --from N --inputs 1 reads it alone.
            """)

    @Option(help: "How many inputs, in turn for each decoder.") var inputs = 100_000
    @Option(help: "What the inputs are made of.") var seed: UInt64 = 1
    @Option(help: "The number of the first input.") var from = 0
    @Option(help: "How many milliseconds one input may take.") var patience = 1_000

    func validate() throws {
        guard inputs > 0, from >= 0, patience > 0, !from.addingReportingOverflow(inputs).overflow else {
            throw ValidationError("--inputs and --patience are 1 or more, --from is 0 or more.")
        }
    }

    func run() throws {
        Watch.begin(seed: seed, patience: .milliseconds(patience))
        let began = ContinuousClock.now
        var fuzzing = FuzzRun(seed: seed, patience: .milliseconds(patience))
        fuzzing.read(from..<(from + inputs))
        report(fuzzing, took: ContinuousClock.now - began)
        for finding in fuzzing.findings.prefix(20) {
            print("\n\(finding.decoder), input \(finding.number): \(finding.words)")
            print("replay: swift run fuzz --seed \(seed) --from \(finding.number) --inputs 1")
        }
        guard fuzzing.findings.isEmpty else {
            print("\n\(fuzzing.findings.count) findings.")
            throw ExitCode(1)
        }
    }

    private func report(_ fuzzing: FuzzRun, took time: Duration) {
        print("decoder                        inputs    rejected   megabytes   slowest input")
        for figures in fuzzing.figures {
            let milliseconds = figures.slowest / .milliseconds(1)
            print(
                figures.decoder.padding(toLength: 26, withPad: " ", startingAt: 0)
                    + String(format: "%11ld%12ld", figures.inputs, figures.rejected)
                    + String(format: "%12.1f%10.2f ms, number ", Double(figures.bytes) / 1e6, milliseconds)
                    + "\(figures.slowestInput.number) of \(figures.slowestInput.bytes) bytes")
        }
        let seconds = max(time / .seconds(1), 0.001)
        print(
            """

            decoders    \(fuzzing.figures.count)
            inputs      \(inputs) from number \(from), seed \(seed)
            rejected    \(fuzzing.figures.reduce(0) { $0 + $1.rejected })
            findings    \(fuzzing.findings.count)
            wall time   \(String(format: "%.1f", seconds)) s, \(Int(Double(inputs) / seconds)) inputs a second
            """)
    }
}
