using Wandb.Agent.Reporting;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Verification;

/// <summary>Compares the lines of one stream file with those of the server, which tells how many it has and at most what the last one is.</summary>
internal sealed record LinesVerification
{
    public required string Subject { get; init; }

    /// <summary>What a line is called: <c>row</c>.</summary>
    public required string Noun { get; init; }

    /// <summary>Lines of all given run files together.</summary>
    public required long Count { get; init; }

    public required ServerLines Server { get; init; }

    /// <summary>False for lines of which the server only tells the number.</summary>
    public bool HasTail { get; init; } = true;

    /// <summary>See <see cref="ResumeSearch.LastMatch"/>.</summary>
    public long? LastMatch { get; init; }

    public ReceiptSpan? Receipt { get; init; }

    /// <summary>Whether the server knows writers of the run whose files were not given.</summary>
    public bool OthersWrote { get; init; }

    /// <summary>Step of the last row of the file.</summary>
    public long? LastStep { get; init; }

    /// <summary>Step of the server's last row.</summary>
    public long? ServerLastStep { get; init; }

    private bool EndsWithOurs => LastMatch is { } match && match == Count - 1;

    /// <summary>Server line number behind our last line: by the receipts; else the end of the server's lines, if that is ours and others wrote before; else from 0.</summary>
    private long ExpectedEnd => Receipt?.End ?? (OthersWrote && EndsWithOurs ? Math.Max(Server.Lines, Count) : Count);

    private long First => Receipt?.First ?? ExpectedEnd - Count;

    public Finding Finding() => Server.Lines.CompareTo(ExpectedEnd) switch
    {
        < 0 => Fewer(),
        > 0 => More(),
        _ => AsMany(),
    };

    private Finding Fewer()
    {
        var there = Math.Clamp(Server.Lines - First, 0, Count);
        var steps = LastStep is { } step && ServerLastStep is { } serverStep && there > 0 ? FormattableString.Invariant($" (last step {serverStep} of {step})") : "";
        var tail = HasTail && there > 0 && Server.Last is not null && LastMatch != there - 1 ? ", and the last of them is not that of the file" : "";
        return Say(FindingVerdict.Missing, $"the server has {Number(there)} of {Units.Count(Count, Noun)}{steps}{tail}");
    }

    private Finding More()
    {
        var numbers = $"the server has {Units.Count(Server.Lines, Noun)}, the file {Number(Count)}";
        if (OthersWrote && Count == 0)
            return Say(FindingVerdict.Same, $"none in the file; the server has {Units.Count(Server.Lines, Noun)} of another part");
        if (OthersWrote && Receipt is null && !HasTail)
            return Say(FindingVerdict.NotChecked, $"{numbers}; another part of the run wrote to it, and which ones are the file's cannot be told without a receipt");
        if (OthersWrote && Receipt is { } receipt)
            return Say(FindingVerdict.NotChecked, $"{numbers}, acknowledged as numbers {Number(receipt.First)} to {Number(receipt.End - 1)}; another part of the run wrote the rest, so the last one cannot be compared: verify all directories of the run together");
        if (Count > 0 && EndsWithOurs)
            return Say(FindingVerdict.Differs, $"{numbers}, and both end alike: they may stand there twice, or behind those of a part that was not given");
        var hint = OthersWrote ? ": another part of the run wrote to it, verify all directories of the run together" : HasTail && Server.Last is not null ? ", and its last one is none of the file's" : "";
        return Say(FindingVerdict.Differs, numbers + hint);
    }

    private Finding AsMany()
    {
        var behind = First > 0 ? $", behind {Number(First)} of an earlier part" : "";
        var step = LastStep is { } last ? FormattableString.Invariant($", last step {last}") : "";
        if (Count == 0 || EndsWithOurs)
            return Say(FindingVerdict.Same, $"{Units.Count(Count, Noun)}{step}{behind}");
        if (!HasTail)
            return Say(FindingVerdict.Same, $"{Units.Count(Count, Noun)}{behind}; the server tells only their number");
        if (Server.Last is null)
            return Say(FindingVerdict.NotChecked, $"{Units.Count(Count, Noun)} on both sides{behind}; the server does not show its last one, so only the number was compared");
        var steps = LastStep is not null && ServerLastStep is { } there ? FormattableString.Invariant($" (last step {LastStep} in the file, {there} on the server)") : "";
        return Say(FindingVerdict.Differs, $"{Units.Count(Count, Noun)} on both sides, but the last one differs{steps}");
    }

    private Finding Say(FindingVerdict verdict, string text) => new(Subject, verdict, text);

    private static string Number(long number) => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
