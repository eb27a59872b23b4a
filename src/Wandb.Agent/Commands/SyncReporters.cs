using Wandb.Agent.Reporting;

namespace Wandb.Agent.Commands;

/// <summary>Chooses how a sync is shown.</summary>
internal static class SyncReporters
{
    /// <param name="runs">Run files that were found.</param>
    public static ISyncReporter For(CommandContext context, bool json, int runs) => (json, context.Terminal) switch
    {
        (true, _) => new JsonSyncReporter(context.Output, context.Error, context.Time),
        (_, { } terminal) => new TerminalSyncReporter(context.Output, terminal, runs, context.Time),
        _ => new PlainSyncReporter(context.Output, context.Time),
    };
}
