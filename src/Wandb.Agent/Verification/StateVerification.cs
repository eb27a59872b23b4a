namespace Wandb.Agent.Verification;

/// <summary>Compares how the run ended with the server's word for it.</summary>
internal static class StateVerification
{
    /// <param name="parts">In the order of their start; the last one ended the run.</param>
    /// <param name="state">Null when the server does not tell.</param>
    public static Finding Of(IReadOnlyList<VerifiedPart> parts, string? state, bool othersWrote)
    {
        var (code, source) = Code(parts[^1]);
        if (code is not { } exitCode)
            return Say(FindingVerdict.NotChecked, $"the file does not tell how the run ended; the server says {state ?? "nothing"}");
        var words = FormattableString.Invariant($"exit code {exitCode}{source}");
        if (state is null)
            return Say(FindingVerdict.NotChecked, $"{words}; the server does not tell the state");
        // "killed" is what the server makes of the code of an interrupted program.
        if (exitCode == 0 ? state is "finished" : state is "failed" or "killed")
            return Say(FindingVerdict.Same, $"{state}, {words}");
        return othersWrote
            ? Say(FindingVerdict.NotChecked, $"{words}, {state} on the server: another part of the run may have changed it")
            : Say(FindingVerdict.Differs, $"{words}, but {state} on the server");
    }

    private static (int? Code, string Source) Code(VerifiedPart part) => part switch
    {
        { Contents.State.Exit: { NotComplete: false } exit } => (exit.Code, " in the file"),
        { Contents.State.Exit: null, Receipt.ExitCode: { } code } => (code, " by the receipt"),
        _ => (null, ""),
    };

    private static Finding Say(FindingVerdict verdict, string text) => new("state", verdict, text);
}
