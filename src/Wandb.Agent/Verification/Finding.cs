namespace Wandb.Agent.Verification;

internal enum FindingVerdict
{
    /// <summary>What the file holds is on the server.</summary>
    Same,

    /// <summary>The server has something else, or more than this.</summary>
    Differs,

    /// <summary>The server does not have it, or not all of it.</summary>
    Missing,

    /// <summary>Nobody can tell: the server does not answer this, or there is nothing to compare with.</summary>
    NotChecked,
}

/// <summary>One comparison of a run with its server.</summary>
/// <param name="Subject"><c>run</c>, <c>history</c>, <c>events</c>, <c>console</c>, <c>state</c>, <c>files</c>, <c>file NAME</c>, <c>artifact TYPE/NAME</c>.</param>
/// <param name="Text">One sentence without a stop, with the numbers of both sides.</param>
internal sealed record Finding(string Subject, FindingVerdict Verdict, string Text)
{
    /// <summary>The server has what was sent, but what is here is no longer that: a person should hear of it.</summary>
    public bool IsChangedHere { get; init; }
}
