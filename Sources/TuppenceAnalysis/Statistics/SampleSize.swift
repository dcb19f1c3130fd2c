import Foundation

/// How many requests it takes to see a difference.
public enum SampleSize {
    /// The requests of both arms together after which a mean that is larger or smaller by `difference` (0.1 for 10 %) is seen
    /// with probability `power`; nil where the arms so far tell nothing.
    ///
    /// It goes by how much requests have differed so far, and expects as much of those to come; with units of several
    /// requests, that there are more of these, and none larger.
    public static func requests(
        toSee difference: Double, of other: Moments, from base: Moments, power: Double, _ test: SequentialTest
    ) -> Int? {
        let total = other.count + base.count
        guard other.mean > 0, base.mean > 0, total > 0 else { return nil }
        // Of the logarithm of a mean, for one request.
        let variance =
            other.varianceOfMean / (other.mean * other.mean) + base.varianceOfMean / (base.mean * base.mean)
        guard variance.isFinite else { return nil }
        // A tenth more is nearer to nothing than a tenth less, on the scale of logarithms.
        let wanted = test.standardError(toSee: log(1 + difference), power: power)
        let requests = (variance * total / (wanted * wanted)).rounded(.up)
        return requests < 1e15 ? Int(requests) : nil
    }
}
