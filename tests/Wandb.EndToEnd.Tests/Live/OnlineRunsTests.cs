using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>What is read along of a run that the SDK uploads itself, look by look.</summary>
public sealed class OnlineRunsTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("wandb-online-").FullName, "run-online.wandb");
    private readonly Told _told = new();
    private readonly List<string> _settled = [];

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public async Task Rows_are_counted_as_they_come_and_a_run_that_ended_is_settled()
    {
        var online = new OnlineRuns(new SyncOptions(), _told, TimeProvider.System);
        var records = new RunRecords("online").Start().Rows(0, 3);
        await LookAsync(online, records);
        await LookAsync(online, records.Rows(3, 2));
        await LookAsync(online, records.Exit(7));
        Assert.Empty(_settled);
        await LookAsync(online, records);

        Assert.Equal([("observed", 3), ("observed", 5), ("observed, exit 7", 5)], _told.Progresses.Select(progress => (progress.Phase, progress.Rows)));
        Assert.Equal([(3, null), (5, null), (5, 7)], _told.Observed.Select(count => (count.Rows, count.ExitCode)));
        Assert.Equal([_file], _settled);
    }

    [Fact]
    public async Task Run_of_long_ago_is_not_read()
    {
        await File.WriteAllBytesAsync(_file, new RunRecords("online").Start().Exit().ToFile(), TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(_file, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var online = new OnlineRuns(new SyncOptions(), _told, TimeProvider.System);

        online.StartLook([_file], _settled.Add, TestContext.Current.CancellationToken);
        await online.SettleAsync();

        Assert.Equal([_file], _settled);
        Assert.Empty(_told.Progresses);
    }

    private async Task LookAsync(OnlineRuns online, RunRecords records)
    {
        await File.WriteAllBytesAsync(_file, records.ToFile(), TestContext.Current.CancellationToken);
        online.StartLook([_file], _settled.Add, TestContext.Current.CancellationToken);
        await online.SettleAsync();
    }

    private sealed class Told : ISyncObserver
    {
        public List<RunProgress> Progresses { get; } = [];

        public List<RunFileCount> Observed { get; } = [];

        void ISyncObserver.Observed(RunHead head, RunPath? run, RunFileCount count) => Observed.Add(count);

        public void Progress(RunProgress progress) => Progresses.Add(progress);

        public void Note(string file, string message) => throw new InvalidOperationException(message);

        public void Finished(RunReport report) => throw new InvalidOperationException(report.File);

        public void Waiting(string what, string reason, TimeSpan delay, int attempt) => throw new InvalidOperationException(reason);
    }
}
