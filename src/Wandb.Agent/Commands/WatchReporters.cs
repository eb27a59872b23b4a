using Microsoft.Extensions.Logging;
using Wandb.Agent.Http;
using Wandb.Agent.Logs;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Commands;

/// <summary>Chooses how <c>watch</c> and <c>run</c> are shown: as a log on standard output, or events there and the log on the error stream.</summary>
internal static class WatchReporters
{
    public static (ISyncReporter Reporter, ILogger Log) For(CommandContext context, bool json, LogSettings settings)
    {
        var log = new LineLogger(json ? context.Error : context.Output, settings, context.Time);
        var words = new LogReporter(log, context.Time);
        return (json ? new JsonWatchReporter(context.Output, words, context.Time) : words, log);
    }

    /// <param name="settled">What was decided for it, in words.</param>
    public static void TellBegin(ILogger log, string command, IReadOnlyList<string> roots, WandbServer server, string settled)
    {
        var directories = string.Join(':', roots);
        log.AgentBegan(AgentCommandLine.Version, command, directories, server.BaseUrl.Host, settled);
    }
}
