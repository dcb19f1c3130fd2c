import TuppenceCore

/// The generator of tests and simulations: the same seed, the same world.
public typealias SeededGenerator = RandomSource
