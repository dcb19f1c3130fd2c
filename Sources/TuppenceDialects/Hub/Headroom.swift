import TuppenceCore

/// What a provider's rate limits leave, by its answer's headers.
package struct Headroom: Hashable, Sendable {
    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case requests, tokens
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
    }

    package struct Bucket: Hashable, Sendable {
        package var unit: Unit
        /// Where a provider has several of one unit: `day`, `minute` …
        package var window: String?
        package var limit: Int?
        package var remaining: Int?
        /// When it is full again.
        package var resetsAt: Timestamp?

        package init(_ unit: Unit, window: String? = nil) {
            self.unit = unit
            self.window = window
        }
    }

    package var buckets: [Bucket] = []

    package init() {}

    package subscript(_ unit: Unit, window window: String? = nil) -> Bucket {
        get { buckets.first { $0.unit == unit && $0.window == window } ?? Bucket(unit, window: window) }
        set {
            if let index = buckets.firstIndex(where: { $0.unit == unit && $0.window == window }) {
                buckets[index] = newValue
            } else {
                buckets.append(newValue)
            }
        }
    }
}
