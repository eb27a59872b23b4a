using Wandb.Agent.Live;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Tests.Inspection;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class RunCopiesTests : IDisposable
{
    // Behind the bytes by which a file is known.
    private const int FarByte = 5000;

    private readonly TemporaryFolder folder = new();
    private readonly RunCopies copies = new(longBytes: 0);
    private readonly List<long> compared = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pair_is_compared_once_and_what_has_come_since_alone()
    {
        folder.Write("a.wandb", Records(40));
        folder.Write("b.wandb", Records(30));
        Assert.IsType<Likeness.Copy>(Left().Likeness);
        Assert.NotEmpty(compared);

        compared.Clear();
        Assert.IsType<Likeness.Copy>(Left().Likeness);
        Assert.Empty(compared);

        Append("b.wandb", Records(35)[Records(30).Length..]);
        Append("a.wandb", Records(45)[Records(40).Length..]);
        Assert.IsType<Likeness.Copy>(Left().Likeness);
        Assert.Equal([Records(35).Length], compared);
    }

    [Fact]
    public void Copy_that_goes_on_in_another_way_is_none_any_more()
    {
        folder.Write("a.wandb", Records(40));
        folder.Write("b.wandb", Records(30));
        Assert.IsType<Likeness.Copy>(Left().Likeness);

        Append("b.wandb", Records(32, text: "other")[Records(30, text: "other").Length..]);

        Assert.False(Left().IsCopy);
    }

    [Theory]
    [InlineData("a.wandb", "b.wandb")]
    [InlineData("b.wandb", "a.wandb")]
    public void Damaged_one_of_equal_files_is_left_out_whichever_is_first(string damaged, string sound)
    {
        var bytes = Records(40);
        folder.Write(sound, bytes);
        bytes[FarByte] ^= 1;
        folder.Write(damaged, bytes);

        var left = Left();

        Assert.Equal((folder[damaged], folder[sound], true), (left.File.Path, left.Of.Path, left.IsCopy));
    }

    [Fact]
    public void Copy_with_a_torn_end_and_a_copy_that_is_still_zeros_are_copies()
    {
        var whole = Records(40);
        folder.Write("a.wandb", whole);
        folder.Write("b.wandb", [.. whole[..FarByte], .. new byte[whole.Length - FarByte]]);
        folder.Write("c.wandb", [.. whole[..FarByte], 1, 2, 3]);

        var choice = Choose("a.wandb", "b.wandb", "c.wandb");

        Assert.Equal(folder["a.wandb"], choice.Kept.Single().Path);
        Assert.All(choice.LeftOut, left => Assert.True(left.IsCopy));
    }

    private LeftOutFile Left() => Choose("a.wandb", "b.wandb").LeftOut.Single();

    private CopyChoice Choose(params string[] names) => copies.Choose(
        [.. names.Select(name => WatchedFile.Read(folder[name]))], growing: null, (_, bytes) => compared.Add(bytes), TestContext.Current.CancellationToken);

    private void Append(string name, byte[] bytes)
    {
        using var file = new FileStream(folder[name], FileMode.Append, FileAccess.Write);
        file.Write(bytes);
    }

    private static byte[] Records(int rows, string text = "text") => WrittenRecords.File(
    [
        WrittenRecords.Record(1, RecordKind.Run, new RunRecord { RunId = "r1" }),
        .. Enumerable.Range(2, rows).Select(num => WrittenRecords.History(num, ("x", $"\"{new string('a', 300)}{(num > 31 ? text : "text")}\""))),
    ]);
}
