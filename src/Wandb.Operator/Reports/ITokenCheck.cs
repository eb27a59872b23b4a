namespace Wandb.Operator.Reports;

/// <summary>Says which pod a projected token belongs to. Asked for every report: an implementation remembers its answers. Safe for concurrent use.</summary>
internal interface ITokenCheck
{
    /// <param name="token">Has the shape of a JSON web token; nothing else about it is known.</param>
    ValueTask<TokenOutcome> CheckAsync(string token, CancellationToken ct);
}
