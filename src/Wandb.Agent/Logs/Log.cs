using Microsoft.Extensions.Logging;
using Wandb.Agent.Http;
using Wandb.Contract;

namespace Wandb.Agent.Logs;

/// <summary>Everything that <c>run</c> and <c>watch</c> log. What is said of a run is said inside <see cref="BeginRun"/>, so its id is on the line.</summary>
internal static partial class Log
{
    /// <summary>Names of the scope's members.</summary>
    public const string RunId = nameof(RunId);

    /// <inheritdoc cref="RunId"/>
    public const string Project = nameof(Project);

    private static readonly Func<ILogger, string, string, string, IDisposable?> RunScope =
        LoggerMessage.DefineScope<string, string, string>($"{{Entity}}/{{{Project}}}/{{{RunId}}}");

    public static IDisposable? BeginRun(this ILogger log, RunPath run) => RunScope(log, run.Entity, run.Project, run.Run);

    [LoggerMessage(Level = LogLevel.Information, Message = "wandb-agent {Version}: {Command} of {Roots} for {Server}, {Settings}")]
    public static partial void AgentBegan(this ILogger log, string version, string command, string roots, string server, string settings);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "This pod waits for its agent, which is no sidecar in it: somebody took restartPolicy: Always off it; it ends now so that the training begins, and nobody uploads what it logs")]
    public static partial void HoldsUpPod(this ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ended with exit status {ExitStatus}: {Totals}")]
    public static partial void AgentEnded(this ILogger log, int exitStatus, string totals);

    [LoggerMessage(Level = LogLevel.Information, Message = "The agent is {State} now")]
    public static partial void AgentStateChanged(this ILogger log, AgentState state);

    [LoggerMessage(Level = LogLevel.Information, Message = "The server answers: {State}")]
    public static partial void ServerAnswers(this ILogger log, BackendState state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server is not used: {State}, {Reason}; the run files keep everything")]
    public static partial void ServerIsDark(this ILogger log, BackendState state, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Problem: {Problem}")]
    public static partial void ProblemBegan(this ILogger log, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Problem is over: {Problem}")]
    public static partial void ProblemIsOver(this ILogger log, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: {Reason}")]
    public static partial void PathGivesNoRun(this ILogger log, string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Begins with {File}, {FileBytes} bytes")]
    public static partial void RunBegan(this ILogger log, string file, long fileBytes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Is at {Phase}: {Rows} rows acknowledged, {ReadBytes} bytes read")]
    public static partial void RunPhaseChanged(this ILogger log, string phase, long rows, long readBytes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A checkpoint holds everything before byte {OffsetBytes}")]
    public static partial void CheckpointKept(this ILogger log, long offsetBytes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Request} was answered with {Status} after {DurationMilliseconds} ms")]
    public static partial void RequestAnswered(this ILogger log, string request, int status, double durationMilliseconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Request} failed after {DurationMilliseconds} ms: {Reason}")]
    public static partial void RequestFailed(this ILogger log, string request, double durationMilliseconds, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{What} keeps the server's pace: {Reason}, goes on in {Seconds} s")]
    public static partial void KeepsPace(this ILogger log, string what, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} waits: {Reason}, try {Attempt} in {Seconds} s")]
    public static partial void Waits(this ILogger log, string what, string reason, int attempt, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File}: {Note}")]
    public static partial void Noted(this ILogger log, string file, string note);

    [LoggerMessage(Level = LogLevel.Information, Message = "Synced: {Rows} rows, {Files} files, {Artifacts} artifacts, exit code {ExitCode}, {Url} {Details}")]
    public static partial void RunSynced(this ILogger log, long rows, int files, int artifacts, int? exitCode, string url, string details);

    [LoggerMessage(Level = LogLevel.Information, Message = "On the server and open: {Rows} rows, {Files} files, {Artifacts} artifacts, {Url} {Details}")]
    public static partial void RunUnfinished(this ILogger log, long rows, int files, int artifacts, string url, string details);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not wholly on the server: {Details}")]
    public static partial void RunIncomplete(this ILogger log, string details);

    [LoggerMessage(Level = LogLevel.Error, Message = "{File} cannot be used: {Details}")]
    public static partial void RunUnusable(this ILogger log, string file, string details);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How the writer of {File} ended is not kept for whoever uploads it: {Problem}")]
    public static partial void EndNotKept(this ILogger log, string file, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Skipped: {Details}")]
    public static partial void RunSkipped(this ILogger log, string details);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Skipped and not proved, {File}: {Details}")]
    public static partial void RunUnproved(this ILogger log, string file, string details);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Records} records are lost in {File}: {Lost}")]
    public static partial void RecordsLost(this ILogger log, string file, long records, string lost);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Items} items were refused by the server for good and set aside")]
    public static partial void ItemsSetAside(this ILogger log, int items);
}
