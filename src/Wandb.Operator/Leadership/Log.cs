namespace Wandb.Operator.Leadership;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Replica {Identity} leads by lease {Lease}")]
    public static partial void Leads(this ILogger log, string identity, string lease);

    [LoggerMessage(LogLevel.Information, "Replica {Identity} does not lead any more")]
    public static partial void Lost(this ILogger log, string identity);

    [LoggerMessage(LogLevel.Information, "Gave lease {Lease} back")]
    public static partial void Released(this ILogger log, string lease);

    [LoggerMessage(LogLevel.Warning, "Cannot read or write lease {Lease}, it is tried again: {Problem}")]
    public static partial void LeaseNotReached(this ILogger log, string lease, string problem);

    [LoggerMessage(LogLevel.Error, "Election by lease {Lease} failed by a mistake of this program; it goes on")]
    public static partial void ElectionFailed(this ILogger log, Exception exception, string lease);
}
