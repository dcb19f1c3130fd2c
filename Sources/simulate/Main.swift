import SimulateCommand

/// `tuppence simulate` without the rest of the program, which takes long to build.
@main
struct Main {
    static func main() async { await SimulateCommand.main() }
}
