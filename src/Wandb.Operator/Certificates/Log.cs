namespace Wandb.Operator.Certificates;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Serving certificate of Secret {Secret}, good until {NotAfter:u}")]
    public static partial void Serves(this ILogger log, string secret, DateTimeOffset notAfter);

    [LoggerMessage(LogLevel.Information, "Certificates of Secret {Secret}: {Step} because {Reason}")]
    public static partial void Steps(this ILogger log, string secret, string step, string reason);

    [LoggerMessage(LogLevel.Debug, "Another replica wrote Secret {Secret} first; it is read again")]
    public static partial void WrittenByAnother(this ILogger log, string secret);

    [LoggerMessage(LogLevel.Warning, "Secret {Secret} is gone or cannot be read; what is served goes back into it, and a new authority follows")]
    public static partial void SecretLost(this ILogger log, string secret);

    [LoggerMessage(LogLevel.Warning, "Cannot read or write Secret {Secret}: {Problem}; attempt {Attempt}, again in {Delay}")]
    public static partial void SecretNotReached(this ILogger log, string secret, string problem, int attempt, TimeSpan delay);

    [LoggerMessage(LogLevel.Error, "Keeping the certificates of Secret {Secret} failed by a mistake of this program; again in {Delay}")]
    public static partial void KeepingFailed(this ILogger log, Exception exception, string secret, TimeSpan delay);

    [LoggerMessage(LogLevel.Information, "Wrote the caBundle of MutatingWebhookConfiguration {Webhooks}")]
    public static partial void BundleWritten(this ILogger log, string webhooks);

    [LoggerMessage(LogLevel.Warning, "Cannot write the caBundle of MutatingWebhookConfiguration {Webhooks}, pods may start without injection: {Problem}")]
    public static partial void BundleNotWritten(this ILogger log, string webhooks, string problem);

    [LoggerMessage(LogLevel.Warning, "There is no MutatingWebhookConfiguration {Webhooks}: nothing is injected")]
    public static partial void NoWebhooks(this ILogger log, string webhooks);

    [LoggerMessage(LogLevel.Information, "Serving the certificate of {Directory}, good until {NotAfter:u}")]
    public static partial void ServesFiles(this ILogger log, string directory, DateTimeOffset notAfter);

    [LoggerMessage(LogLevel.Warning, "No usable certificate in {Directory}: {Problem}; what is served stays")]
    public static partial void FilesUnusable(this ILogger log, string directory, string problem);

    [LoggerMessage(LogLevel.Warning, "No authority in {Directory}: {Problem}; agents, and replicas that pass reports on, trust what their system does")]
    public static partial void AuthoritiesMissing(this ILogger log, string directory, string problem);
}
