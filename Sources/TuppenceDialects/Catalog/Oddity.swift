/// What is improbable about a listed model. One that is right all the same is named after `sure=` in its row.
package enum Oddity: String, Hashable, Sendable, CaseIterable {
    /// Reading from a cache costs more than reading anew.
    case dearCache = "dear_cache"
    /// Writing to a cache costs less than reading, or for long less than for short.
    case cheapWrite = "cheap_write"
    /// A chat's output costs less than its input.
    case cheapOutput = "cheap_output"
    /// Rates so far apart, or so far from all others, that one was written in another unit.
    case unit
    /// Nothing is charged, though the provider asks for a key.
    case free
    /// A chat model without a rate for output.
    case noOutputRate = "no_output_rate"
    /// It can write more than it can take.
    case smallContext = "small_context"
    /// A limit that no model has.
    case limit
    /// More context costs less, or a tier begins beyond the context.
    case tier
    /// A batch or flex costs more than the standard tier, or priority less.
    case service
    /// Two names that differ in nothing but the size of letters.
    case duplicate
    /// What replaces it is not listed, or retires no later.
    case replacement
    /// Its name tells no family, so that budgets for families pass it by.
    case family
    /// The day of its retirement is past, or years away from any other.
    case retirement
}
