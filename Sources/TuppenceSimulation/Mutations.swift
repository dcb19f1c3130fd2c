/// Every way in which the tests break the gateway, to see that the auditor notices.
public enum Mutations {
    public static let all: [any Mutation] = [
        HoldSkipped(),
        ClampUnheld(),
        HoldChanged.boundIgnoresAnswers,
        HoldChanged.idReused,
        HoldChanged.budgetForgotten,
        HoldChanged.windowEdge,
        HoldChanged.limitStretched,
        UnpricedIsFree(),
        TiersForgotten(),
        SettlementChanged.abortedIsFree,
        SettlementChanged.truncatedIsFree,
        SettlementChanged.failedIsFree,
        SettlementChanged.roundedDown,
        SettlementChanged.windowOfTheEnd,
        UnsentForgotten(),
        ReleaseBeforeSettle(),
        LateIsDropped(),
        SettledTwice(),
        StoreBroken("a hold is not given back", .keepsHeld),
        StoreBroken("a denied hold is not given back", .keepsDenied),
        StoreBroken("a hold is given back twice", .releasesTwice),
        StoreBroken("the end of a hold and its settlement both give it back", .releasesExpired),
        StoreBroken("the balance is read before the lock", .readsStale),
    ]
}
