/// Every way in which the tests break the gateway, to see that the auditor notices.
public enum Mutations {
    public static let all = ofMoney + routing

    private static let ofMoney: [any Mutation] = [
        HoldSkipped(),
        ClampUnheld(),
        HoldChanged.boundIgnoresAnswers,
        HoldChanged.idReused,
        HoldChanged.budgetForgotten,
        HoldChanged.windowEdge,
        HoldChanged.limitStretched,
        HoldChanged.thresholdIgnored,
        ThresholdsForgotten(),
        UnpricedIsFree(),
        TiersForgotten(),
        SettlementChanged.abortedIsFree,
        SettlementChanged.truncatedIsFree,
        SettlementChanged.failedIsFree,
        SettlementChanged.lateCountDropped,
        HabitMistaken.lateUsageIgnored,
        HabitMistaken.readForNobody, LimitsForgotten(),
        SettlementChanged.roundedDown,
        SettlementChanged.windowOfTheEnd,
        UnsentForgotten(),
        HedgeUnheld(),
        HoldChanged.oneHoldForBoth,
        SettlementChanged.overtakenIsFree,
        OvertakenForgotten(),
        ReleaseBeforeSettle(),
        LateIsDropped(),
        SettledTwice(),
        HoldChanged.allowanceIgnored,
        HoldChanged.allowanceOfAll,
        ReplayedPlainly(),
        SettlementsNotReplayed(),
        StoreBroken("a hold is not given back", .keepsHeld),
        StoreBroken("a denied hold is not given back", .keepsDenied),
        StoreBroken("a hold is given back twice", .releasesTwice),
        StoreBroken("the end of a hold and its settlement both give it back", .releasesExpired),
        StoreBroken("the balance is read before the lock", .readsStale),
    ]

    /// Those that send requests where they should not go, or not where they should.
    public static let routing: [any Mutation] = [
        NothingRemembered(),
        FailureMisread.retryAfterForgotten,
        FailureMisread.busyIsRequestsFault,
        FailureMisread.nobodysFault,
        FailureMisread.noCreditIsTargets,
        ContentUnnoticed(),
        GivenUpForGood(),
        TryPutOff(),
        SameTried(),
        CheckUnheard.ofReturn,
        CheckUnheard.ofLoss,
        LastForgotten(),
    ]
}
