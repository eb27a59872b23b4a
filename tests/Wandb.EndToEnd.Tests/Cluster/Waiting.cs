namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>Why scenarios are skipped.</summary>
internal static class Waiting
{
    public const string ForStatus = "issue 5: fails; what it found is not put right yet";
}
