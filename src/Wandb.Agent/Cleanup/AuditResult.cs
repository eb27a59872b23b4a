namespace Wandb.Agent.Cleanup;

/// <summary>Whether a run directory may be removed.</summary>
internal abstract record AuditResult
{
    private AuditResult()
    {
    }

    /// <summary>Everything in it is on the server.</summary>
    /// <param name="Files">Paths below the directory, in the order of removal: what proves the rest comes last.</param>
    /// <param name="Directories">Below the directory, inner ones first.</param>
    internal sealed record Covered(IReadOnlyList<string> Files, IReadOnlyList<string> Directories, string Run) : AuditResult;

    /// <summary>The proof is younger than was asked for.</summary>
    internal sealed record TooYoung(DateTimeOffset Until) : AuditResult;

    /// <param name="Reason">What is not proved, in words.</param>
    internal sealed record Kept(string Reason) : AuditResult;
}
