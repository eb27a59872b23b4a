namespace Wandb.Operator.Serving;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "Nothing is sent of {Signal}: {Problem}")]
    public static partial void NotExported(this ILogger log, string signal, string problem);

    [LoggerMessage(LogLevel.Information, "Sends {Signal} again")]
    public static partial void ExportsAgain(this ILogger log, string signal);
}
