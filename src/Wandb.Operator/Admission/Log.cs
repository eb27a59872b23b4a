namespace Wandb.Operator.Admission;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "Cannot read an admission review: {Problem}")]
    public static partial void UnreadableReview(this ILogger log, string problem);

    [LoggerMessage(LogLevel.Error, "Cannot decide about a {Kind} in namespace {Namespace}; it is left alone")]
    public static partial void ReviewFailed(this ILogger log, Exception exception, string kind, string @namespace);

    [LoggerMessage(LogLevel.Error, "Cannot answer a review of our own; those of pods are answered all the same, the first one late")]
    public static partial void FirstReviewFailed(this ILogger log, Exception exception);

    [LoggerMessage(LogLevel.Warning, "An Event about {Reason} in namespace {Namespace} is dropped: too many wait")]
    public static partial void EventDropped(this ILogger log, string reason, string @namespace);

    [LoggerMessage(LogLevel.Warning, "Cannot write an Event about {Reason} in namespace {Namespace}: {Problem}")]
    public static partial void EventNotWritten(this ILogger log, string reason, string @namespace, string problem);
}
