using Wandb.Agent.Artifacts;
using Xunit;

namespace Wandb.Agent.Tests.Artifacts;

public sealed class TrainerFoldersTests
{
    [Theory]
    [InlineData("/run/work/train.py", "train.py", "/run", "/run/work /run")]
    [InlineData("/run/work/src/train.py", "src/train.py", "/run/work", "/run/work")]
    [InlineData("/run/work/train.py", "", "/run", "/run")]
    [InlineData("/run/work/mytrain.py", "train.py", "/run", "/run")]
    [InlineData("-m pkg", "pkg", "/run", "/run")]
    [InlineData(null, null, null, "")]
    [InlineData("train.py", "train.py", "relative", "")]
    public void The_working_folder_follows_from_the_program(string? program, string? codePathLocal, string? root, string folders) =>
        Assert.Equal(folders.Length == 0 ? "w" : string.Join(' ', folders.Split(' ').Select(folder => folder + "/w")), string.Join(' ', TrainerFolders.From(program, codePathLocal, root, null).Places("w")));

    [Theory]
    [InlineData("/runs/pod", "/claim/pod", "/runs/pod/.data/artifacts/staging/tmp1", "/runs/pod/.data/artifacts/staging/tmp1 /claim/pod/.data/artifacts/staging/tmp1")]
    [InlineData("/runs/pod/", "/claim/pod", "/runs/pod/f", "/runs/pod/f /claim/pod/f")]
    [InlineData("/runs/pod", "/claim/pod", "w", "/runs/pod/w /claim/pod/w")]
    [InlineData("/runs/pod", "/claim/pod", "/runs/pod2/f", "/runs/pod2/f")]
    [InlineData("/runs/pod", "/runs/pod", "/runs/pod/f", "/runs/pod/f")]
    [InlineData("/", "/claim", "/tmp/f", "/tmp/f")]
    [InlineData("here", "/claim", "here/f", "here/f")]
    [InlineData("/runs/pod", null, "/runs/pod/f", "/runs/pod/f")]
    [InlineData("", "/claim", "/f", "/f")]
    public void What_lies_below_the_folder_of_the_runs_moves_with_it(string root, string? rootNow, string path, string places) =>
        Assert.Equal(places, string.Join(' ', TrainerFolders.From(null, null, root, rootNow).Places(path)));

    [Fact]
    public void The_folder_of_the_runs_holds_the_folder_of_run_directories() =>
        Assert.Equal("/claim/pod", TrainerFolders.RootOf("/claim/pod/wandb/offline-run-20260101_000000-a/run-a.wandb"));
}
