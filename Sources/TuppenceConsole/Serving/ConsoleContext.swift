import Hummingbird

/// What goes with a request to the console.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    /// No form and no document of the console's is longer.
    var maxUploadSize: Int { 256 << 10 }

    init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }
}
