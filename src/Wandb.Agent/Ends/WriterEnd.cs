namespace Wandb.Agent.Ends;

/// <summary>How the writer of a run ended, told by somebody else than the run file.</summary>
/// <param name="Code">What the run is closed with.</param>
/// <param name="ReportedCode">As it was reported; null when only the reason is known: then <paramref name="Code"/> is 1.</param>
/// <param name="Reason">As in <see cref="Contract.ContainerEnd.Reason"/>; <c>Completed</c> or <c>Error</c> when only a code was told.</param>
/// <param name="Source">Who told: <c>kubernetes</c> or <c>writer-exit</c>.</param>
internal sealed record WriterEnd(int Code, int? ReportedCode, string Reason, string Source)
{
    public const string Completed = "Completed";
    public const string Error = "Error";

    /// <summary>Tag that the run gets; null for ends that its state tells.</summary>
    public string? Tag => Reason switch
    {
        Completed or Error => null,
        "OOMKilled" => "oom-killed",
        _ => KebabCase(Reason),
    };

    /// <summary>Why it ended, for a person: <c>137 (OOMKilled)</c>.</summary>
    public string Words => ReportedCode is { } code ? $"{code} ({Reason})" : Reason;

    /// <summary><c>DeadlineExceeded</c> becomes <c>deadline-exceeded</c>; at most 64 characters, as W&amp;B has it for tags.</summary>
    private static string KebabCase(string reason)
    {
        var tag = string.Concat(reason.Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) && char.IsAsciiLetterLower(reason[i - 1])
            ? $"-{char.ToLowerInvariant(c)}"
            : $"{char.ToLowerInvariant(c)}"));
        return tag.Length <= 64 ? tag : tag[..64];
    }
}
