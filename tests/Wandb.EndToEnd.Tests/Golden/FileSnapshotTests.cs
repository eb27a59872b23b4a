using Xunit;

namespace Wandb.EndToEnd.Tests.Golden;

public sealed class FileSnapshotTests : IDisposable
{
    private readonly string place = Directory.CreateTempSubdirectory("wandb-snapshot-").FullName;

    public FileSnapshotTests()
    {
        File.WriteAllText(At("kept.txt"), "kept");
        Directory.CreateDirectory(At("sub/empty"));
        File.WriteAllText(At("sub/.hidden"), "hidden");
        File.CreateSymbolicLink(At("link"), "kept.txt");
        File.CreateSymbolicLink(At("dangling"), "nowhere");
    }

    public void Dispose() => Directory.Delete(place, recursive: true);

    [Fact]
    public void New_files_are_no_damage() => Assert.Empty(DamageBy(() => File.WriteAllText(At("sub/new.synced"), "")));

    [Fact]
    public void Changed_content_is_damage() => AssertDamage("kept.txt: changed", () => File.WriteAllText(At("kept.txt"), "KEPT"));

    [Fact]
    public void Removed_file_is_damage() => AssertDamage("sub/.hidden: removed", () => File.Delete(At("sub/.hidden")));

    [Fact]
    public void Removed_empty_folder_is_damage() => AssertDamage("sub/empty: removed", () => Directory.Delete(At("sub/empty")));

    [Fact]
    public void Removed_dangling_link_is_damage() => AssertDamage("dangling: removed", () => File.Delete(At("dangling")));

    [Fact]
    public void Link_replaced_by_the_file_it_named_is_damage() => AssertDamage("link: changed", () =>
    {
        File.Delete(At("link"));
        File.WriteAllText(At("link"), "kept");
    });

    private string At(string relative) => Path.Combine(place, relative);

    private void AssertDamage(string start, Action act) => Assert.StartsWith(start, Assert.Single(DamageBy(act)), StringComparison.Ordinal);

    private IReadOnlyList<string> DamageBy(Action act)
    {
        FileSnapshot before = FileSnapshot.Of(place);
        act();
        return before.DamageIn(FileSnapshot.Of(place));
    }
}
