using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reporting;

/// <summary>Shows a sync to a person or a program. Disposing it gives the terminal back as it was.</summary>
internal interface ISyncReporter : ISyncObserver, IAsyncDisposable
{
    /// <summary>A path that gives no run; told before the sync begins.</summary>
    void Problem(PathProblem problem);

    /// <summary>The end, after every run is done: totals.</summary>
    void Close(IReadOnlyList<RunReport> reports, IReadOnlyList<PathProblem> problems);
}
