using System.Diagnostics;
using Wandb.Agent.Http;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Artifacts;

/// <summary>How the upload of one file of an artifact ended.</summary>
internal abstract record StoreOutcome
{
    private StoreOutcome()
    {
    }

    internal sealed record Stored : StoreOutcome;

    /// <summary>Nothing that a repetition could change.</summary>
    internal sealed record Unusable(string Reason) : StoreOutcome;

    /// <summary>A signed URL may have expired, for example: worth another round.</summary>
    internal sealed record NotStored(ApiFailure Cause) : StoreOutcome;

    internal static StoreOutcome From(PutOutcome outcome) => outcome switch
    {
        PutOutcome.Stored => new Stored(),
        PutOutcome.SourceChanged changed => new Unusable(changed.Reason),
        PutOutcome.Refused refused => new NotStored(new ApiFailure.Refused(RefusalKind.Other, refused.Status, refused.Message)),
        PutOutcome.GaveUp gaveUp => new NotStored(new ApiFailure.GaveUp(gaveUp.Tries, gaveUp.LastReason)),
        _ => throw new UnreachableException(),
    };
}
