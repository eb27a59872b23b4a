using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Live;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class RunDirectoryScanTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("wandb-scan-").FullName;
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow().AddMinutes(1));
    private readonly List<PathProblem> _problems = [];
    private readonly DirectoryNotices _notices;

    public RunDirectoryScanTests() => _notices = new DirectoryNotices(_time);

    public void Dispose()
    {
        _notices.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Settled_directories_cost_no_look_each()
    {
        const int finished = 5000;
        for (var i = 0; i < finished; i++)
            Place($"offline-run-20260921_120000-f{i}");
        var scan = Scan(_root);
        var found = scan.Find().Offline;
        Assert.Equal(finished, found.Count);
        foreach (var file in found)
            scan.Settle(file);
        Assert.Empty(scan.Find().Offline);

        var start = TimeProvider.System.GetTimestamp();
        const int looks = 20;
        for (var i = 0; i < looks; i++)
            Assert.Empty(scan.Find().Offline);
        var each = TimeProvider.System.GetElapsedTime(start) / looks;

        TestContext.Current.SendDiagnosticMessage("{0} finished runs: {1} ms a look", finished, each.TotalMilliseconds);
        // One call of the system for each directory would take longer than all of this.
        Assert.True(each < TimeSpan.FromMilliseconds(50), $"a look took {each.TotalMilliseconds} ms");
        Place("offline-run-20260921_120000-new");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(scan.Find().Offline);
    }

    [Fact]
    public void Run_directories_and_what_is_in_them_are_not_walked()
    {
        Place("offline-run-20260921_120000-a");
        Place("offline-run-20260921_120000-a/files/offline-run-20260921_120000-inner");
        Place("run-20260921_120000-b");
        Place("a/b/c/d/e/f/g/h/offline-run-20260921_120000-deep");
        Place("a/b/c/d/e/f/g/h/i/offline-run-20260921_120000-too-deep");

        var found = Scan(_root).Find();

        Assert.Equal(
            ["offline-run-20260921_120000-a", "offline-run-20260921_120000-deep"],
            found.Offline.Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal));
        Assert.EndsWith("run-20260921_120000-b/run-x.wandb", Assert.Single(found.Online), StringComparison.Ordinal);
    }

    [Fact]
    public void Directories_over_the_limit_are_told_until_there_are_fewer()
    {
        Place("a/offline-run-20260921_120000-a");
        Place("b/offline-run-20260921_120000-b");
        Place("c/offline-run-20260921_120000-c");
        var told = new List<string?>();
        var scan = new RunDirectoryScan([_root], _notices, _problems.Add, _time) { Limit = 2, Hindered = TellTo(told, RunDirectoryScan.LimitSubject) };

        Assert.Single(scan.Find().Offline);
        Assert.Equal($"2 directories are searched for runs, and at least 2 more below {_root} are not: runs there are not seen; name directories that hold fewer others", Assert.Single(told));

        Directory.Delete(Path.Combine(_root, "a"), recursive: true);
        Directory.Delete(Path.Combine(_root, "b"), recursive: true);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.EndsWith("run-x.wandb", Assert.Single(scan.Find().Offline), StringComparison.Ordinal);
        Assert.Null(told[^1]);
    }

    [Fact]
    public void Missing_root_is_told_once_and_found_when_it_comes()
    {
        var root = Path.Combine(_root, "later");
        var scan = Scan(root);
        Assert.Empty(scan.Find().Offline);
        Assert.Empty(scan.Find().Offline);
        Assert.Equal("no such file or directory; waiting for it", Assert.Single(_problems).Reason);
        File.WriteAllText(root, "no directory");
        Assert.Empty(scan.Find().Offline);
        Assert.Equal("not a directory; waiting for it", _problems[^1].Reason);
        File.Delete(root);
        Place("later/wandb/offline-run-20260921_120000-a");
        Assert.Single(scan.Find().Offline);
        Directory.Delete(root, recursive: true);
        Assert.Empty(scan.Find().Offline);
        Assert.Equal(3, _problems.Count);
    }

    [Fact]
    public void Directories_that_cannot_be_read_are_told_until_they_can()
    {
        Place("a/wandb/offline-run-20260921_120000-a");
        Place("b/wandb/offline-run-20260921_120000-b");
        Place("b/wandb/run-20260921_120000-c");
        var (wandb, run, online) = (At("a/wandb"), At("b/wandb/offline-run-20260921_120000-b"), At("b/wandb/run-20260921_120000-c"));
        HashSet<string> closed = [wandb, run, online];
        var told = new List<string?>();
        var scan = ScanWithout(closed, told, _root);

        Assert.Empty(scan.Find().Offline);

        Assert.Equal(
            $"runs in directories that cannot be read are not seen: {wandb} (permission denied), {run} (permission denied), {online} (permission denied)",
            Assert.Single(told));
        // What the SDK uploads itself is nothing that is missing on the server.
        Assert.Equal([new PathProblem(wandb, "permission denied"), new PathProblem(run, "permission denied")], scan.Unreadable);
        Assert.Empty(_problems);

        closed.Clear();
        Assert.Equal(2, scan.Find().Offline.Count);
        Assert.Null(told[^1]);
        Assert.Empty(scan.Unreadable);
    }

    [Fact]
    public void Many_directories_that_cannot_be_read_are_counted_and_some_are_named()
    {
        for (var i = 0; i < 9; i++)
            Place($"user{i}/wandb");
        var told = new List<string?>();

        ScanWithout([.. Directory.GetDirectories(_root)], told, _root).Find();

        Assert.Equal(
            $"runs in directories that cannot be read are not seen: {At("user0")} (permission denied), {At("user1")} (permission denied), {At("user2")} (permission denied) and 6 more",
            Assert.Single(told));
    }

    [Fact]
    public void Root_that_cannot_be_read_is_told_and_so_is_a_run_directory_that_was_named()
    {
        Place("offline-run-20260921_120000-a");
        var (run, closed) = (At("offline-run-20260921_120000-a"), At("closed"));
        Directory.CreateDirectory(closed);

        var scan = ScanWithout([run, closed], [], run, closed, At("missing"));
        Assert.Empty(scan.Find().Offline);

        Assert.Equal([closed, run], scan.Unreadable.Select(directory => directory.Path));
        Assert.Equal(
            [new PathProblem(closed, "permission denied; waiting for it"), new PathProblem(At("missing"), "no such file or directory; waiting for it")],
            _problems);
    }

    [Fact]
    public void Directory_that_is_reached_on_two_ways_is_found_once()
    {
        Place("wandb/offline-run-20260921_120000-a");
        Directory.CreateSymbolicLink(Path.Combine(_root, "other"), Path.Combine(_root, "wandb"));

        Assert.Single(Scan(_root, Path.Combine(_root, "wandb"), Path.Combine(_root, "other"), Path.Combine(_root, "wandb", "offline-run-20260921_120000-a")).Find().Offline);
    }

    [Fact]
    public async Task Notice_of_the_system_ends_the_wait()
    {
        var scan = Scan(_root);
        // The notices stand from the second look on.
        scan.Find();
        scan.Find();
        scan.Find();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(20));
        var wait = _notices.WaitAsync(TimeSpan.FromDays(1), stop.Token);
        Place("offline-run-20260921_120000-a");
        await wait;

        // Without notices, on a file system that is not told of, the look does it.
        Assert.Single(scan.Find().Offline);
    }

    private RunDirectoryScan Scan(params string[] roots) => new(roots, _notices, _problems.Add, _time);

    /// <summary>The superuser, who may run the tests, may read everything.</summary>
    private RunDirectoryScan ScanWithout(HashSet<string> closed, List<string?> told, params string[] roots) => new(roots, _notices, _problems.Add, _time)
    {
        Hindered = TellTo(told, RunDirectoryScan.UnreadableSubject),
        Listing = path =>
        {
            if (closed.Contains(path))
                throw new UnauthorizedAccessException();
        },
    };

    private static Action<string, string?> TellTo(List<string?> told, string subject) => (about, words) =>
    {
        if (about == subject)
            told.Add(words);
    };

    private string At(string path) => Path.Combine(_root, path);

    private void Place(string directory)
    {
        var path = Directory.CreateDirectory(Path.Combine(_root, directory)).FullName;
        File.WriteAllText(Path.Combine(path, "run-x.wandb"), "");
    }
}
