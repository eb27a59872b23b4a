using Wandb.Agent.Reporting;

namespace Wandb.Agent.Commands;

/// <summary>Chooses how a sync is shown.</summary>
internal static class SyncReporters
{
    public static ISyncReporter For(CommandContext context, bool json) => (json, context.Terminal) switch
    {
        (true, _) => new JsonSyncReporter(context.Output, context.Error, context.Time),
        _ => new PlainSyncReporter(context.Output, context.Time),
    };
}
