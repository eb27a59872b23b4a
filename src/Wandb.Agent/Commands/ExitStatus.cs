using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Commands;

/// <summary>The documented exit statuses of every command.</summary>
internal static class ExitStatus
{
    /// <summary>Everything is proved; for <c>verify</c>: as far as it could be compared; for <c>inspect</c>: the files are sound.</summary>
    public const int Proved = 0;

    public const int Usage = 1;

    /// <summary>Something is not on the server, or nothing proves that it is; for <c>inspect</c>: a file cannot be used.</summary>
    public const int NotOnServer = 2;

    /// <summary>On the server as far as the file goes, but the file itself had lost records.</summary>
    public const int LostRecords = 3;

    /// <summary>One status for several runs: what is not on the server weighs more than what the files had lost.</summary>
    public static int Of(IEnumerable<int> runs, IReadOnlyCollection<PathProblem> problems) =>
        runs.Concat(problems.Select(_ => NotOnServer)).Aggregate(Proved, Worse);

    public static int Of(IEnumerable<RunReport> reports, IReadOnlyCollection<PathProblem> problems) =>
        Of(reports.Select(report => report.ExitStatus), problems);

    private static int Worse(int a, int b) => (a, b) switch
    {
        (NotOnServer, _) or (_, NotOnServer) => NotOnServer,
        _ => Math.Max(a, b),
    };
}
