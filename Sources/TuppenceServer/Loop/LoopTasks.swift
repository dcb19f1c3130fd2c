/// The requests that an event loop is answering, by the token that they ask the ledger and the books under: its place here. A
/// place is free again once it is owed nothing.
struct LoopTasks {
    /// By token; nil where a place is free.
    private(set) var places: [(any LoopTask)?] = []
    private var free: [Int] = []

    var count: Int { places.count - free.count }

    /// - Returns: its token.
    mutating func add(_ task: some LoopTask) -> Int {
        let token = free.popLast() ?? places.count
        if token == places.count { places.append(task) } else { places[token] = task }
        return token
    }

    /// Its place may be another's by now, where it has been left before.
    mutating func remove(_ task: some LoopTask, _ token: Int) {
        guard places[token] === task else { return }
        places[token] = nil
        free.append(token)
    }
}
