using System.Net;

namespace Wandb.Operator.Reports;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "Cannot check the token of a report: {Problem}; its agent comes again")]
    public static partial void TokenNotChecked(this ILogger log, string problem);

    [LoggerMessage(LogLevel.Warning, "Cannot read a report of pod {Namespace}/{PodName}: {Problem}")]
    public static partial void UnreadableReport(this ILogger log, string @namespace, string podName, string problem);

    [LoggerMessage(LogLevel.Warning, "A report of pod {Namespace}/{PodName} is too large to be taken: {Problem}; the status keeps what the pod said before, and if it ends so, it counts as not heard")]
    public static partial void ReportTooLarge(this ILogger log, string @namespace, string podName, string problem);

    [LoggerMessage(LogLevel.Warning, "Reports weigh more than the {Bytes} bytes that are kept: those of {Pods} pods have given way; statuses keep what they said, and a pod whose last word is lost so counts as not heard")]
    public static partial void ReportsDisplaced(this ILogger log, long bytes, long pods);

    [LoggerMessage(LogLevel.Debug, "Pod {Namespace}/{PodName} reports, but carries no agent that is known here")]
    public static partial void UnknownPod(this ILogger log, string @namespace, string podName);

    [LoggerMessage(LogLevel.Warning, "Cannot pass a report on to the leader at {Address}: {Problem}; its agent comes again")]
    public static partial void LeaderNotReached(this ILogger log, IPEndPoint address, string problem);

    [LoggerMessage(LogLevel.Warning, "Cannot check whether pod {Namespace}/{PodName} may report: {Problem}; its agent comes again")]
    public static partial void PodNotChecked(this ILogger log, string @namespace, string podName, string problem);
}
