import Foundation
import Testing

@testable import TuppenceAnalysis

@Suite("Statistics")
struct StatisticsTests {
    @Test(
        "quantiles of the normal are those of the tables",
        arguments: [
            (0.5, 0), (0.8, 0.841_621), (0.975, 1.959_964), (0.025, -1.959_964), (0.999, 3.090_232), (1e-9, -5.997_807),
        ])
    func quantiles(p: Double, value: Double) { #expect(abs(Normal.quantile(p) - value) < 2e-6) }

    @Test("the mean of single observations has the variance of any mean")
    func simpleMean() {
        var moments = Moments()
        for value in [1.0, 2, 3, 6] { moments.add(sum: value) }
        // The sample's variance is 14/3, that of its mean a quarter of it.
        #expect(moments.mean == 3 && abs(moments.varianceOfMean - 14.0 / 12) < 1e-12)
        #expect(abs(moments.varianceEach - 14.0 / 3) < 1e-12)
    }

    @Test("users whose requests are all alike count as one observation each")
    func alike() {
        var users = Moments()
        var requests = Moments()
        for value in [1.0, 2, 3, 6] {
            users.add(count: 10, sum: 10 * value)
            for _ in 0..<10 { requests.add(sum: value) }
        }
        #expect(users.mean == 3 && requests.mean == 3)
        #expect(abs(users.varianceOfMean - 14.0 / 12) < 1e-12)
        #expect(requests.varianceOfMean < users.varianceOfMean / 9)
    }

    @Test("one unit says nothing of how units differ; none has no mean")
    func few() {
        var moments = Moments()
        moments.add(count: 0, sum: 0)
        #expect(moments.units == 0 && moments.mean == 0 && moments.varianceOfMean == .infinity)
        moments.add(sum: 4)
        #expect(moments.units == 1 && moments.mean == 4 && moments.varianceOfMean == .infinity)
    }

    @Test("Wilson's interval is that of his formula: 9 of 10 at 95 %, and 0 of 10")
    func wilson() {
        let nine = Difference.wilson(0.9, 10, 1.959_964)
        #expect(abs(nine.low - 0.5958) < 1e-4 && abs(nine.high - 0.9821) < 1e-4)
        let none = Difference.wilson(0, 10, 1.959_964)
        #expect(none.low == 0 && abs(none.high - 0.2775) < 1e-4)
    }

    @Test("an interval that holds at all times is wider than one for a single look, and shrinks with the error")
    func sequentialTest() {
        let test = SequentialTest(error: 0.05, scale: 0.1)
        var last = Double.infinity
        for standardError in [0.5, 0.2, 0.1, 0.05, 0.03, 0.01, 0.001] {
            let reach = test.reach(standardError: standardError)
            #expect(reach > 1.96 * standardError && reach < last)
            last = reach
        }
        #expect(test.reach(standardError: 0) == 0 && test.reach(standardError: .infinity) == .infinity)
        let stricter = SequentialTest(error: 0.01, scale: 0.1)
        #expect(stricter.reach(standardError: 0.03) > test.reach(standardError: 0.03))
    }

    @Test("the error that sees a difference is the largest that does")
    func standardError() {
        let test = SequentialTest(error: 0.05, scale: 0.1)
        let error = test.standardError(toSee: 0.1, power: 0.8)
        func needed(_ error: Double) -> Double { test.reach(standardError: error) + 0.841_621 * error }
        #expect(needed(error) <= 0.1 && needed(error * 1.001) > 0.1)
    }

    @Test("costs of nothing have no ratio; equal costs have one of one, without any doubt")
    func ratios() {
        let test = SequentialTest(error: 0.05, scale: 0.1)
        var (free, one, other) = (Moments(), Moments(), Moments())
        for _ in 0..<50 {
            free.add(sum: 0)
            one.add(sum: 7)
            other.add(sum: 7)
        }
        #expect(Difference.ratio(of: free, to: one, test) == nil)
        #expect(Difference.ratio(of: one, to: free, test) == nil)
        #expect(Difference.ratio(of: other, to: one, test) == Interval(estimate: 1, low: 1, high: 1))
    }

    @Test("no error seen in either arm is no certainty, and a rare one no difference")
    func rareErrors() throws {
        let test = SequentialTest(error: 0.05, scale: 0.02)
        var (none, one) = (Moments(), Moments())
        for number in 0..<400 {
            none.add(sum: 0)
            one.add(sum: number == 0 ? 1 : 0)
        }
        let nothing = try #require(Difference.rate(of: none, from: none, test))
        #expect(nothing.low < -0.005 && nothing.high > 0.005)
        #expect(try #require(Difference.rate(of: one, from: none, test)).excludes(0) == false)
    }

    @Test("an interval of one mean holds it, is wider than for a single look, and narrower the more there is")
    func estimates() throws {
        let test = SequentialTest(error: 0.05, scale: 0.1)
        var (few, many) = (Moments(), Moments())
        for number in 0..<4_000 {
            let value = Double(50 + number % 100)
            if number < 40 { few.add(sum: value) }
            many.add(sum: value)
        }
        for moments in [few, many] {
            let interval = try #require(Estimate.positiveMean(of: moments, test))
            let single = 1.96 * moments.varianceOfMean.squareRoot()
            #expect(interval.estimate == moments.mean)
            #expect(interval.low < moments.mean - single && interval.high > moments.mean + single && interval.low > 0)
            let even = try #require(Estimate.mean(of: moments, SequentialTest(error: 0.05, scale: 0.2)))
            #expect(even.low < moments.mean - single && even.high > moments.mean + single)
        }
        let (narrow, wide) = (Estimate.positiveMean(of: many, test)!, Estimate.positiveMean(of: few, test)!)
        #expect(narrow.high - narrow.low < wide.high - wide.low)
    }

    @Test("a rate of nothing is no certainty; nothing has no mean, and what is all alike no doubt")
    func estimatesAtTheEdge() throws {
        let test = SequentialTest(error: 0.05, scale: 0.02)
        var (none, alike) = (Moments(), Moments())
        for _ in 0..<100 {
            none.add(sum: 0)
            alike.add(sum: 7)
        }
        let rate = try #require(Estimate.rate(of: none, test))
        #expect(rate.low == 0 && rate.estimate == 0 && rate.high > 0.03 && rate.high < 0.3)
        #expect(Estimate.positiveMean(of: none, test) == nil)
        #expect(Estimate.mean(of: alike, test) == Interval(estimate: 7, low: 7, high: 7))
        #expect(Estimate.positiveMean(of: alike, test) == Interval(estimate: 7, low: 7, high: 7))
        var single = Moments()
        single.add(sum: 1)
        #expect(Estimate.mean(of: single, test) == nil && Estimate.rate(of: single, test) == nil)
    }

    @Test("a percentile is the smallest span that so many do not exceed")
    func percentiles() {
        var spans = Spans()
        #expect(spans.percentile(50) == nil && spans.mean == nil)
        for count in (1...20).reversed() { spans.add(.init(Int64(count))) }
        #expect(
            spans.percentile(50)?.count == 10 && spans.percentile(95)?.count == 19 && spans.percentile(100)?.count == 20
        )
        spans.add(.init(100))
        #expect(spans.percentile(95)?.count == 20 && spans.percentile(100)?.count == 100 && spans.mean?.count == 15)
    }
}
