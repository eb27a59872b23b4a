namespace Wandb.Agent.Live;

/// <summary>How a run file stands to another one of the same run that was begun as it was: one is a copy of the other, whatever became of both since.</summary>
internal abstract record Likeness
{
    private Likeness()
    {
    }

    /// <summary>The other one begins with all its bytes.</summary>
    public sealed record Copy : Likeness;

    /// <summary>Bytes of it are not those of the other one: one is damaged, or longer, or both.</summary>
    /// <param name="IsHeld">The other one holds all its whole records.</param>
    /// <param name="Holds">It holds all whole records of the other one.</param>
    /// <param name="Records">Its whole records.</param>
    public sealed record Different(bool IsHeld, bool Holds, long Records, long RecordsOfOther) : Likeness
    {
        /// <summary>How the other one stands to it.</summary>
        public Different Turned => new(Holds, IsHeld, RecordsOfOther, Records);
    }

    /// <summary>One of them cannot be read.</summary>
    /// <param name="Problem">A few words.</param>
    public sealed record Unknown(string Problem) : Likeness;
}
