namespace Wandb.Operator.Watching;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Listed {Resource}: {ObjectCount} objects")]
    public static partial void Listed(this ILogger log, string resource, int objectCount);

    [LoggerMessage("List or watch of {Resource} {Reason}: {Problem}; attempt {Attempt}, again in {Delay}")]
    public static partial void WatchFailed(this ILogger log, LogLevel level, string resource, string reason, string problem, int attempt, TimeSpan delay);

    [LoggerMessage(LogLevel.Error, "Watch of {Resource} failed by a mistake of this program; everything is listed again")]
    public static partial void WatchBroken(this ILogger log, Exception exception, string resource);

    [LoggerMessage(LogLevel.Warning, "Cannot read {Namespace}/{Name} of {Resource}, it is left out: {Problem}")]
    public static partial void UnreadableObject(this ILogger log, string @namespace, string name, string resource, string problem);

    [LoggerMessage(LogLevel.Information, "Controller {Controller} starts to work")]
    public static partial void Started(this ILogger log, string controller);

    [LoggerMessage(LogLevel.Information, "Controller {Controller} stopped: leadership, or the program, has ended")]
    public static partial void Stopped(this ILogger log, string controller);

    [LoggerMessage(LogLevel.Error, "Controller {Controller} failed by a mistake of this program; it begins anew in {Delay}")]
    public static partial void LeadingFailed(this ILogger log, Exception exception, string controller, TimeSpan delay);

    [LoggerMessage(LogLevel.Error, "Controller {Controller} failed with {Key}; attempt {Attempt}, again in {Delay}")]
    public static partial void ReconcileFailed(this ILogger log, Exception exception, string controller, string? key, int attempt, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "Controller {Controller} is not done with {Key}: {Problem}; attempt {Attempt}, again in {Delay}")]
    public static partial void ReconcileRefused(this ILogger log, string controller, string? key, string problem, int attempt, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "Controller {Controller} gives up {Key} until it changes: {Reason}")]
    public static partial void ReconcileIsTerminal(this ILogger log, string controller, string? key, string reason);
}
