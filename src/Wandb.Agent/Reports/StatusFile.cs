using System.Text.Json;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.RunFiles;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>
/// The last report on disk: <c>status.json</c> in <c>ROOT/.wandb-agent/</c>, or, where that may not be written, in the state directory.
/// Replaced as a whole, so that a reader never sees half of one; not flushed to the disk, because after a crash it is out of date anyway.
/// </summary>
/// <param name="folders">Where it may be, the preferred one first.</param>
internal sealed class StatusFile(IReadOnlyList<string> folders)
{
    public const string Name = "status.json";

    /// <summary>The places of a root's status: in the state directory each root has its own.</summary>
    public static IReadOnlyList<string> FoldersFor(string root, string stateRoot)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        return [Path.Combine(path, StateDirectory.FolderName), Path.Combine(stateRoot, StateDirectory.NameOf(path))];
    }

    /// <param name="locks">Keep two agents from one file: the second leaves it alone until the first has ended.</param>
    /// <returns>One sentence when it could not be written anywhere; null when it was.</returns>
    public string? Write(AgentReport report, StatusLocks locks)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(report, ContractJson.Default.AgentReport);
        var problem = "";
        foreach (var folder in folders)
        {
            try
            {
                // A root that does not exist yet is the trainer's to make.
                if (!Directory.Exists(Path.GetDirectoryName(folder)) && folder != folders[^1])
                    continue;
                Directory.CreateDirectory(folder);
                var path = Path.Combine(folder, Name);
                if (locks.Take(folder) is { } held)
                    return $"{held.Words}: {path} is left to it, as its runs are, until it ends";
                File.WriteAllBytes(path + ".tmp", content);
                File.Move(path + ".tmp", path, overwrite: true);
                return null;
            }
            catch (Exception exception) when (ReadFailure.Is(exception))
            {
                problem = $"{Path.Combine(folder, Name)} cannot be written: {ReadFailure.Describe(exception)}";
            }
        }
        return problem;
    }

    /// <summary>The youngest one.</summary>
    /// <returns>Null without one that can be read and understood; then why, for each place.</returns>
    public (AgentReport? Report, string Path, IReadOnlyList<string> Problems) Read()
    {
        (AgentReport? Report, string Path) found = (null, "");
        var problems = new List<string>();
        foreach (var path in folders.Select(folder => Path.Combine(folder, Name)))
        {
            try
            {
                if (JsonSerializer.Deserialize(File.ReadAllBytes(path), ContractJson.Default.AgentReport) is { } report
                    && (found.Report is null || report.SentAt > found.Report.SentAt))
                    found = (report, path);
            }
            catch (JsonException)
            {
                problems.Add($"{path}: this is no status of an agent");
            }
            catch (Exception exception) when (ReadFailure.Is(exception))
            {
                problems.Add($"{path}: {ReadFailure.Describe(exception)}");
            }
        }
        return (found.Report, found.Path, problems);
    }
}
