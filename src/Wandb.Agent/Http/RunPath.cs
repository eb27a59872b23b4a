namespace Wandb.Agent.Http;

/// <summary>The names under which the server knows a run, as the server resolved them (UpsertBucket's answer); none is empty.</summary>
internal readonly record struct RunPath(string Entity, string Project, string Run)
{
    /// <summary>Path of the run's file stream below the base URL, escaped, without a leading slash.</summary>
    internal string FileStreamPath =>
        $"files/{Uri.EscapeDataString(Entity)}/{Uri.EscapeDataString(Project)}/{Uri.EscapeDataString(Run)}/file_stream";

    public override string ToString() => $"{Entity}/{Project}/{Run}";
}
