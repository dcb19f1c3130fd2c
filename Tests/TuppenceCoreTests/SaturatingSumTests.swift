import Testing

@testable import TuppenceCore

@Suite("Sums")
struct SaturatingSumTests {
    @Test(
        "stop at the ends of their type",
        arguments: [
            (1, 2, 3), (Int.max - 1, 1, Int.max), (Int.max, 1, Int.max), (Int.max, Int.max, Int.max),
            (Int.min + 1, -1, Int.min), (Int.min, -1, Int.min), (Int.min, Int.min, Int.min), (Int.min, 1, Int.min + 1),
            (Int.max, Int.min, -1),
        ] as [(Int, Int, Int)])
    func ends(left: Int, right: Int, sum: Int) {
        #expect(left.saturatingSum(right) == sum)
        #expect(right.saturatingSum(left) == sum)
    }
}
