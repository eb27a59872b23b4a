namespace Wandb.Operator.Leadership;

/// <summary>What a replica does about the lease.</summary>
internal enum LeaseStep
{
    /// <summary>Another one holds it.</summary>
    Follow,

    /// <summary>Nobody holds it, or its holder has said nothing for too long.</summary>
    Take,

    /// <summary>It is ours.</summary>
    Renew,
}

/// <summary>Lease to step.</summary>
internal static class LeaseSteps
{
    /// <param name="unchanged">For how long this replica has seen the lease as it is, by its own clock: clocks of others may be wrong.</param>
    public static LeaseStep For(LeaseRecord lease, string me, TimeSpan unchanged) =>
        lease.Holder == me ? LeaseStep.Renew
        : lease.Holder.Length == 0 || unchanged > lease.Duration ? LeaseStep.Take
        : LeaseStep.Follow;

    /// <summary>The lease after <see cref="LeaseStep.Take"/> or <see cref="LeaseStep.Renew"/>.</summary>
    /// <param name="before">Null: there is none.</param>
    public static LeaseRecord Held(LeaseRecord? before, string me, string? address, TimeSpan duration, DateTimeOffset now)
    {
        var isOurs = before?.Holder == me;
        return new LeaseRecord
        {
            Holder = me,
            HolderAddress = address,
            Duration = duration,
            Transitions = (before?.Transitions ?? 0) + (before is null || isOurs ? 0 : 1),
            AcquireTime = isOurs ? before!.AcquireTime : LeaseRecord.Time(now),
            RenewTime = LeaseRecord.Time(now),
        };
    }

    /// <summary>Free for the next one at once, as client-go leaves it.</summary>
    public static LeaseRecord Released(LeaseRecord held, DateTimeOffset now) =>
        held with { Holder = "", HolderAddress = null, Duration = TimeSpan.FromSeconds(1), RenewTime = LeaseRecord.Time(now) };
}
