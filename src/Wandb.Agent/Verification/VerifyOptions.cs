using Wandb.Agent.Http;
using Wandb.Agent.Receipts;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.Verification;

/// <summary>Where <c>wandb-agent verify</c> looks for a run. What is null is taken from the receipt, then from the run file.</summary>
internal sealed record VerifyOptions
{
    public string? Entity { get; init; }

    public string? Project { get; init; }

    /// <summary>Another run id; only for a single run.</summary>
    public string? RunId { get; init; }

    /// <summary>Entity and project for runs whose file names none (<c>WANDB_ENTITY</c>, <c>WANDB_PROJECT</c>).</summary>
    public string? DefaultEntity { get; init; }

    public string? DefaultProject { get; init; }

    /// <param name="receipt">Of a sync with this server; null without one.</param>
    /// <returns>Entity and project are empty when nobody names them: the server then takes its defaults.</returns>
    public RunPath PlaceOf(RunRecord run, Receipt? receipt) => new(
        Entity ?? receipt?.Entity ?? Given(run.Entity) ?? DefaultEntity ?? "",
        Project ?? receipt?.Project ?? Given(run.Project) ?? DefaultProject ?? "",
        RunId ?? receipt?.Run ?? run.RunId);

    private static string? Given(string text) => text.Length > 0 ? text : null;
}
