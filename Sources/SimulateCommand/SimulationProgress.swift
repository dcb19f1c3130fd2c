import Foundation

/// Says on a terminal how many worlds are done, and nothing elsewhere.
struct SimulationProgress {
    let worlds: Int
    private let isShown = isatty(STDERR_FILENO) == 1

    init(worlds: Int) { self.worlds = worlds }

    func show(done: Int) { write("\(done)/\(worlds) worlds") }

    /// Makes room for what is said next.
    func end() { write("") }

    private func write(_ text: String) {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8)) }
    }
}
