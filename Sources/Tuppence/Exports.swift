// The two values of the core that amounts and counts are given in, so that one import is enough.
@_exported public import struct TuppenceCore.Money
@_exported public import struct TuppenceCore.Usage
