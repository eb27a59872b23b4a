namespace Wandb.Operator.Statuses;

/// <summary>How much of a status is another one than before.</summary>
internal enum StatusChange
{
    /// <summary>Nothing: it is not written.</summary>
    None,

    /// <summary>Figures, times and sentences, which go on as long as runs do.</summary>
    Progress,

    /// <summary>How a run, a group or a condition stands: people and programs wait for it.</summary>
    State,
}
