using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Commands;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

public sealed class RunFileDiscoveryTests : IDisposable
{
    private const string A = "wandb/offline-run-20261124_120000-a/run-a.wandb";
    private const string B = "wandb/dryrun-20261123_120000-b/run-b.wandb";

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData]
    [InlineData(".")]
    [InlineData("wandb")]
    [InlineData("wandb/")]
    [InlineData("wandb/dryrun-20261123_120000-b", "wandb/offline-run-20261124_120000-a/")]
    [InlineData(A, B)]
    [InlineData(A, "wandb", B, ".")]
    public void Runs_are_found_from_wherever_they_are_named_each_once_in_the_order_of_their_start(params string[] paths)
    {
        Add(A, B);
        Assert.Equal([B, A], Find(paths));
    }

    [Fact]
    public void Below_a_parent_online_runs_and_links_to_directories_are_left_out()
    {
        Add(A, "wandb/run-20261124_130000-online/run-online.wandb", "wandb/settings", "wandb/logs/debug.log");
        Directory.CreateSymbolicLink(_directory.At("wandb/latest-run"), "offline-run-20261124_120000-a");
        Directory.CreateSymbolicLink(_directory.At("wandb/offline-run-20261125_120000-link"), "offline-run-20261124_120000-a");
        Assert.Equal([A], Find("wandb"));
    }

    [Fact]
    public void An_online_run_is_taken_when_it_is_named()
    {
        Add("wandb/run-20261124_130000-online/run-online.wandb");
        Assert.Equal(["wandb/run-20261124_130000-online/run-online.wandb"], Find("wandb/run-20261124_130000-online"));
        Assert.Equal("no offline runs in it; 1 online run (run-*) must be named to be taken", Problem("wandb").Reason);
    }

    [Fact]
    public void Runs_of_many_pods_are_found_from_the_root_of_their_volume()
    {
        Add($"pod-a/{A}", $"pod-b/trainer/{B}", $"pod-b/.cache/{B}", $"pod-a/{A[..^"/run-a.wandb".Length]}/files/media/{B}");
        Assert.Equal([$"pod-b/trainer/{B}", $"pod-a/{A}"], Find("."));
    }

    [Fact]
    public void Where_runs_are_in_their_usual_place_nothing_else_is_searched()
    {
        Add(A, $"old/{B}");
        Assert.Equal([A], Find("."));
    }

    [Fact]
    public void Search_that_has_no_end_is_given_up_and_told()
    {
        Add("data/1/2/3/x", $"data/1/{A}");
        var found = RunFileDiscovery.Find(["data"], _directory.Path, maxDirectories: 2);
        Assert.StartsWith("more than 2 directories below what was named: the rest was not searched", Assert.Single(found.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hidden_directory_of_the_sdk_is_found_too_and_is_no_run_file()
    {
        Add(".wandb/offline-run-20261124_120000-a/run-a.wandb");
        Assert.Equal([".wandb/offline-run-20261124_120000-a/run-a.wandb"], Find());
        Assert.Equal([".wandb/offline-run-20261124_120000-a/run-a.wandb"], Find("."));
    }

    [Fact]
    public void A_file_that_is_reached_through_a_link_is_the_same_file()
    {
        Add(A);
        Directory.CreateSymbolicLink(_directory.At("scratch"), "wandb");
        File.CreateSymbolicLink(_directory.At("alias.wandb"), A);
        Assert.Equal([A], Find(A, "scratch", "alias.wandb", "scratch/offline-run-20261124_120000-a"));
    }

    [Fact]
    public void Any_folder_with_a_run_file_is_a_run_directory()
    {
        Add("copy/run-x.wandb", "copy/run-x.wandb.synced", "copy/files/requirements.txt");
        Assert.Equal(["copy/run-x.wandb"], Find("copy"));
    }

    [Fact]
    public void What_is_wrong_with_one_path_does_not_keep_the_others_back()
    {
        Add(A, "notes.txt", "empty/readme");
        _directory.AddDirectory("wandb/offline-run-20261124_120001-hollow");
        var found = RunFileDiscovery.Find(["missing", "wandb", "notes.txt", "empty", "notes.txt/x"], _directory.Path);
        Assert.Equal([_directory.At(A)], found.Files);
        Assert.Equal(
            [
                new PathProblem(_directory.At("missing"), "no such file or directory"),
                new PathProblem(_directory.At("wandb/offline-run-20261124_120001-hollow"), "no run file (*.wandb) in this run directory"),
                new PathProblem(_directory.At("notes.txt"), "not a run file: its name does not end in .wandb"),
                new PathProblem(_directory.At("empty"), "no runs in it (offline-run-*, dryrun-* or *.wandb)"),
                new PathProblem(_directory.At("notes.txt/x"), "no such file or directory"),
            ],
            found.Problems);
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_said_to_be_one()
    {
        File.CreateSymbolicLink(_directory.At("a"), "b");
        File.CreateSymbolicLink(_directory.At("b"), "a");
        File.CreateSymbolicLink(_directory.At("c"), "gone");
        foreach (var link in (string[])["a", "c"])
            Assert.Equal("a symbolic link in a circle, or to what does not exist", Problem(link).Reason);
    }

    [Fact]
    public void A_directory_that_may_not_be_read_is_said_to_be_so()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("the superuser may read everything");
            return;
        }
        Add(A);
        File.SetUnixFileMode(_directory.At("wandb/offline-run-20261124_120000-a"), UnixFileMode.None);
        try
        {
            Assert.Equal("permission denied", Problem("wandb").Reason);
        }
        finally
        {
            File.SetUnixFileMode(
                _directory.At("wandb/offline-run-20261124_120000-a"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private void Add(params string[] files) => Array.ForEach(files, file => _directory.AddFile(file));

    private IEnumerable<string> Find(params string[] paths)
    {
        var found = RunFileDiscovery.Find(paths, _directory.Path);
        Assert.Empty(found.Problems);
        return found.Files.Select(file => Path.GetRelativePath(_directory.Path, file));
    }

    private PathProblem Problem(string path) => Assert.Single(RunFileDiscovery.Find([path], _directory.Path).Problems);
}
