namespace Wandb.Operator.Serving;

/// <summary>One thing that must be there before this replica is sent requests; many may be registered. Answers at once; safe for concurrent use.</summary>
internal interface IReadiness
{
    /// <summary>A word or two for the answer of the endpoint.</summary>
    string Name { get; }

    bool IsReady { get; }

    /// <summary>What is missing; null when ready.</summary>
    string? Reason { get; }
}
