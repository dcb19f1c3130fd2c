import TuppenceCore
import TuppenceStore

extension PostgresStore {
    public func present(_ gateway: [UInt8]) throws(StoreError) -> GatewayShare {
        let rows = try shared.write(Self.present, [.bytes(gateway)])
        let (before, others) = (Int(try rows.int(0, 0)), Int(try rows.int(0, 1)))
        return GatewayShare(index: before, count: others + 1)
    }

    private static let present = PostgresStatement(
        "present",
        """
        WITH mine AS (
            INSERT INTO gateways VALUES ($1, now()) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
        ), gone AS (
            DELETE FROM gateways WHERE id <> $1 AND seen_at < now() - interval '1 hour'
        )
        SELECT count(*) FILTER (WHERE id < $1), count(*) FROM gateways
        WHERE id <> $1 AND seen_at > now() - interval '\(GatewayMembership.patience.count) milliseconds'
        """)
}
