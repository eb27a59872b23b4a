using System.Globalization;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Demonstration;

/// <summary>The runs of samples/runs, brought to the server by one <c>wandb-agent sync</c>.</summary>
/// <param name="agent">Program or .dll of the agent.</param>
/// <param name="folder">Where the copies are; a sync writes beside the run files.</param>
internal sealed class SampleSync(string agent, string folder, LocalBackend backend, DemoScreen screen)
{
    // wandb-agent sync: 3 means that all is on the server that a damaged file still held, which one of the samples is.
    private static readonly int[] GoodExitCodes = [0, 3];

    /// <param name="redirected">Gets what the agent prints, as JSON; null: it goes to our own output, as text.</param>
    public async Task<SampleSyncResult> RunAsync(TextWriter? redirected, CancellationToken ct)
    {
        var samples = SampleRuns.Open();
        var paths = samples.CopyTo(folder).Select(path => Path.GetRelativePath(folder, path)).ToList();
        await screen.TellAsync("Run files of the real SDK, one of them damaged, are uploaded:");
        await screen.TellAsync($"$ wandb-agent sync {string.Join(' ', paths)}");
        var start = AgentProcess.StartInfo(agent, ["sync", "--output", redirected is null ? "text" : "json", .. paths], backend.Url, backend.ApiKey);
        start.WorkingDirectory = folder;
        var exitCode = await AgentProcess.RunAsync(start, redirected, ct);
        return new SampleSyncResult(exitCode, [.. Problems(exitCode, samples)]);
    }

    private IEnumerable<string> Problems(int exitCode, SampleRuns samples)
    {
        if (!GoodExitCodes.Contains(exitCode))
            yield return $"wandb-agent ended with {exitCode.ToString(CultureInfo.InvariantCulture)}";
        var rows = backend.Overviews().GroupBy(run => run.Run, StringComparer.Ordinal)
            .ToDictionary(run => run.Key, run => run.Max(one => one.Rows), StringComparer.Ordinal);
        foreach (var missing in SampleRuns.Missing(samples.Runs, rows))
            yield return missing;
    }
}

/// <summary>How the sync of the samples ended.</summary>
/// <param name="ExitCode">Of the agent.</param>
/// <param name="Problems">What did not go as it should; empty when all is well.</param>
internal sealed record SampleSyncResult(int ExitCode, IReadOnlyList<string> Problems);
