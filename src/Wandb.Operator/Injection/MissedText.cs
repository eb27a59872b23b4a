namespace Wandb.Operator.Injection;

/// <summary>
/// Why a pod was not injected, as an annotation of the pod itself: whichever replica admitted it, and whatever restarts, every reader knows.
/// <c>REASON: SENTENCE; SENTENCE …</c>
/// </summary>
internal static class MissedText
{
    // As MissedEntry.Message is limited; all annotations of an object together have 256 KiB.
    private const int MaxLength = 4096;
    private const string Between = ": ";

    // As MissedEntry.Reason is.
    private const int MaxReason = 64;

    private static readonly System.Buffers.SearchValues<char> ReasonLetters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static string Of(IReadOnlyList<Problem> problems)
    {
        var text = $"{problems[0].Reason}{Between}{Sentences(problems)}";
        return text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength - 1), "…");
    }

    /// <summary>All problems in one text, as it also stands in Events and in refusals.</summary>
    public static string Sentences(IEnumerable<Problem> problems) => string.Join("; ", problems.Select(problem => problem.Message));

    /// <returns>Null: nothing was written, or by somebody else.</returns>
    public static Problem? Read(string? text) =>
        text?.IndexOf(Between, StringComparison.Ordinal) is > 0 and <= MaxReason and var at && text.AsSpan(0, at).IndexOfAnyExcept(ReasonLetters) < 0
            ? new Problem(text[..at], text[(at + Between.Length)..])
            : null;
}
