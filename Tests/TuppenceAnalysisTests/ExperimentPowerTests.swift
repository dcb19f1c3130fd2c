import Foundation
import Testing

@testable import TuppenceAnalysis

/// Experiments as they would be run: costs with a long tail, looked at again and again.
@Suite("The verdict on an experiment")
struct ExperimentPowerTests {
    private static let test = SequentialTest(error: 0.05, scale: 0.1)

    struct World {
        /// Of the second arm, where the first costs 1.
        var cost = 1.0
        /// The deviation of a cost's logarithm: 1 has requests a tenth of which make half the bill.
        var width = 1.0
        /// Of the second arm.
        var share = 0.5
        /// Requests of each user, who are alike to some degree.
        var requestsEach = 1
        var alike = 0.0
    }

    private static func add(_ world: World, to arms: inout (Moments, Moments), _ draw: inout Draw) {
        let isSecond = draw.uniform() < world.share
        let user = exp(world.alike * draw.normal())
        var sum = 0.0
        for _ in 0..<world.requestsEach {
            sum += user * draw.lognormal(mean: isSecond ? world.cost : 1, width: world.width)
        }
        if isSecond {
            arms.1.add(count: Double(world.requestsEach), sum: sum)
        } else {
            arms.0.add(count: Double(world.requestsEach), sum: sum)
        }
    }

    private static func isCalled(_ arms: (Moments, Moments)) -> Bool {
        guard min(arms.0.units, arms.1.units) >= ArmComparison.fewestUnits else { return false }
        return Difference.ratio(of: arms.1, to: arms.0, test)?.excludes(1) == true
    }

    /// The sample size that is told of an experiment after a thousand units.
    private static func told(_ world: World, toSee difference: Double) throws -> Int {
        var draw = Draw(seed: 77)
        var arms = (Moments(), Moments())
        for _ in 0..<1_000 { add(world, to: &arms, &draw) }
        return try #require(
            SampleSize.requests(toSee: difference, of: arms.1, from: arms.0, power: 0.8, test))
    }

    /// Of so many experiments, how many are called at one of `looks` until they have `requests`.
    private static func called(_ world: World, of experiments: Int, requests: Int, looks: Int, seed: UInt64) -> Int {
        (0..<experiments).count { number in
            var draw = Draw(seed: seed &+ UInt64(number))
            var arms = (Moments(), Moments())
            let units = requests / world.requestsEach
            for look in 1...looks {
                for _ in (units * (look - 1) / looks)..<(units * look / looks) { add(world, to: &arms, &draw) }
                if isCalled(arms) { return true }
            }
            return false
        }
    }

    @Test(
        "a true difference of 10 % in cost is called within the sample size that is told, with the power that is told",
        arguments: [
            World(cost: 1.1), World(cost: 0.9), World(cost: 0.9, width: 0.6, share: 0.2),
            World(cost: 1.1, width: 0.5, requestsEach: 5, alike: 0.6),
        ])
    func power(world: World) throws {
        let requests = try Self.told(world, toSee: 0.1)
        let called = Self.called(world, of: 300, requests: requests, looks: 20, seed: 1)
        // 80 % of 300, less three standard deviations of what chance does to that.
        #expect(called >= 240 - 21, "\(called) of 300 in \(requests) requests")
    }

    @Test(
        "of 1,000 experiments without a difference no more than 5 % are called, looked at twenty times each",
        arguments: [
            World(), World(width: 0.3), World(width: 1.5), World(share: 0.1),
            World(width: 0.5, requestsEach: 5, alike: 0.6),
        ])
    func falseCalls(world: World) {
        let called = Self.called(world, of: 1_000, requests: 4_000, looks: 20, seed: 10_000)
        #expect(called <= 50, "\(called) of 1,000")
    }

    @Test("what 95 % intervals for a single look would call is far more: the test can fail")
    func peeking() {
        let called = (0..<300).count { number in
            var draw = Draw(seed: UInt64(50_000 + number))
            var arms = (Moments(), Moments())
            for look in 1...4_000 {
                Self.add(World(), to: &arms, &draw)
                guard look % 200 == 0 else { continue }
                let variance =
                    arms.0.varianceOfMean / (arms.0.mean * arms.0.mean)
                    + arms.1.varianceOfMean / (arms.1.mean * arms.1.mean)
                if abs(log(arms.1.mean / arms.0.mean)) > 1.96 * variance.squareRoot() { return true }
            }
            return false
        }
        #expect(called > 300 / 10, "\(called) of 300")
    }

    @Test("requests of a user that stand for themselves would be called too often: units are what was divided")
    func unitsMatter() {
        let world = World(width: 0.3, requestsEach: 20, alike: 1)
        let called = (0..<300).count { number in
            var draw = Draw(seed: UInt64(90_000 + number))
            var byUser = (Moments(), Moments())
            var byRequest = (Moments(), Moments())
            for _ in 0..<200 {
                let isSecond = draw.uniform() < 0.5
                let user = exp(world.alike * draw.normal())
                var sum = 0.0
                for _ in 0..<world.requestsEach {
                    let cost = user * draw.lognormal(mean: 1, width: world.width)
                    sum += cost
                    if isSecond { byRequest.1.add(sum: cost) } else { byRequest.0.add(sum: cost) }
                }
                if isSecond { byUser.1.add(count: 20, sum: sum) } else { byUser.0.add(count: 20, sum: sum) }
            }
            #expect(!Self.isCalled(byUser) || Self.isCalled(byRequest))
            return Self.isCalled(byRequest)
        }
        #expect(called > 300 / 5, "\(called) of 300")
    }
}
