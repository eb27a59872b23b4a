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
        Assert.Equal(folders, string.Join(' ', TrainerFolders.From(program, codePathLocal, root)));
}
