using Wandb.Agent.Http;

namespace Wandb.Agent.Artifacts;

/// <summary>How the upload of an artifact ended. Only the first three mean that the server has everything.</summary>
internal abstract record ArtifactOutcome
{
    private ArtifactOutcome()
    {
    }

    /// <param name="Digest">As the server confirmed it; null if it did not say.</param>
    /// <param name="Files">Entries with content.</param>
    /// <param name="Bytes">Length of that content.</param>
    internal sealed record Committed(string Id, string? Digest, int Files, long Bytes) : ArtifactOutcome;

    /// <summary>A version with the same content was there before.</summary>
    internal sealed record AlreadyThere(string Id) : ArtifactOutcome;

    /// <summary>Content and manifest are there; by the record, another writer commits the version.</summary>
    internal sealed record NotFinal(string Id, int Files, long Bytes) : ArtifactOutcome;

    /// <summary>Content is missing on this machine or is not what the trainer logged. Not committed.</summary>
    /// <param name="Id">The version that stays pending on the server; null if none was made.</param>
    internal sealed record Incomplete(IReadOnlyList<ArtifactProblem> Problems, string? Id) : ArtifactOutcome;

    /// <param name="Step">The operation or file that was refused.</param>
    internal sealed record Refused(string Step, ApiFailure.Refused Cause, string? Id) : ArtifactOutcome;

    /// <summary>Not done yet. Uploading again continues: what arrived is not sent again.</summary>
    internal sealed record GaveUp(string Step, ApiFailure.GaveUp Cause, string? Id) : ArtifactOutcome;

    internal static ArtifactOutcome Stopped(string step, ApiFailure cause, string? id) => cause switch
    {
        ApiFailure.Refused refused => new Refused(step, refused, id),
        ApiFailure.GaveUp gaveUp => new GaveUp(step, gaveUp, id),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
