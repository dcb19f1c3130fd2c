import Foundation

/// The standard normal distribution.
public enum Normal {
    /// The value that a standard normal is below with probability `p`, to about seven digits.
    ///
    /// Source: M. J. Wichura, Algorithm AS 241 (PPND7), Applied Statistics 37 (1988), 477-484.
    public static func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "no quantile at \(p)")
        let distance = p - 0.5
        if abs(distance) <= 0.425 {
            let r = 0.180625 - distance * distance
            return distance * (((59.109_374_72 * r + 159.291_132_02) * r + 50.434_271_938) * r + 3.387_132_717_9)
                / (((67.187_563_6 * r + 78.757_757_664) * r + 17.895_169_469) * r + 1)
        }
        let tail = (-log(distance < 0 ? p : 1 - p)).squareRoot()
        let value: Double
        if tail <= 5 {
            let r = tail - 1.6
            value =
                (((0.170_238_210_3 * r + 1.306_728_481_6) * r + 2.756_815_39) * r + 1.423_437_277_7)
                / ((0.120_211_326_75 * r + 0.737_001_642_5) * r + 1)
        } else {
            let r = tail - 5
            value =
                (((0.017_337_203_997 * r + 0.428_682_948_37) * r + 3.081_226_386) * r + 6.657_905_115)
                / ((0.012_258_202_635 * r + 0.241_978_942_25) * r + 1)
        }
        return distance < 0 ? -value : value
    }
}
