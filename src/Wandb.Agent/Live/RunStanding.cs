namespace Wandb.Agent.Live;

/// <summary>What may still be expected of a run that is watched.</summary>
internal enum RunStanding
{
    /// <summary>There is something to do, or the run goes on.</summary>
    Open,

    /// <summary>Everything that its files hold was dealt with, and the last one has ended.</summary>
    Done,

    /// <summary>Everything that its files hold is on the server; no exit record came, and nothing was written for long.</summary>
    Quiet,

    /// <summary>The server does not take it with this key or at this place, or refused it again and again for another reason; it is tried again, slowly.</summary>
    Refused,

    /// <summary>It failed again and again here, not at the server; it is tried again, slowly.</summary>
    Failing,
}
