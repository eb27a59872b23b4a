namespace Wandb.Agent.State;

internal enum ValueToken
{
    End,
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Name,
    String,
    Number,

    /// <summary>true, false, null, NaN, Infinity or -Infinity.</summary>
    Word,
}
