using Wandb.Agent.Checkpoints;
using Wandb.Agent.Live;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class CopyChoiceTests
{
    private static readonly Likeness.Copy Copy = new();

    [Fact]
    public void Parts_of_a_run_are_all_kept_in_their_order()
    {
        WatchedFile[] parts = [File("a", 10), File("b", 20) with { Proof = new FileProof(9, "another") }];

        var choice = CopyChoice.Of(parts, growing: null, (_, _) => throw new InvalidOperationException("not to be compared"));

        Assert.Equal(parts, choice.Kept);
        Assert.Empty(choice.LeftOut);
    }

    [Theory]
    [InlineData("b", 10, 20)]
    [InlineData("a", 20, 10)]
    // Of equal ones the first.
    [InlineData("a", 20, 20)]
    public void Longest_copy_is_kept(string kept, long lengthOfA, long lengthOfB)
    {
        var choice = CopyChoice.Of([File("a", lengthOfA), File("b", lengthOfB)], growing: null, (_, _) => Copy);

        Assert.Equal(kept, choice.Kept.Single().Path);
        Assert.Equal(kept, choice.LeftOut.Single().Of.Path);
        Assert.True(choice.LeftOut.Single().IsCopy);
    }

    [Fact]
    public void Shorter_file_that_holds_all_records_of_the_longer_one_is_kept_and_stands_for_its_copies_too()
    {
        // a is damaged, b its copy, c the sound backup.
        var choice = CopyChoice.Of(
            [File("a", 30), File("b", 20), File("c", 10)], growing: null,
            (file, _) => file.Path == "b" ? Copy : new Likeness.Different(IsHeld: false, Holds: true, 9, 8));

        Assert.Equal("c", choice.Kept.Single().Path);
        Assert.Equal([("b", "c", true), ("a", "c", true)], choice.LeftOut.Select(left => (left.File.Path, left.Of.Path, left.IsCopy)));
    }

    [Theory]
    [InlineData("a", 8, 9)]
    [InlineData("a", 9, 9)]
    [InlineData("b", 10, 9)]
    public void Of_files_that_each_hold_what_the_other_has_not_the_fuller_one_is_kept_and_the_other_one_is_told(string kept, long recordsOfB, long recordsOfA)
    {
        var choice = CopyChoice.Of(
            [File("a", 20), File("b", 10)], growing: null, (_, _) => new Likeness.Different(IsHeld: false, Holds: false, recordsOfB, recordsOfA));

        Assert.Equal(kept, choice.Kept.Single().Path);
        var left = choice.LeftOut.Single();
        Assert.False(left.IsCopy);
        Assert.Contains($"holds records that {kept} has not", left.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_grows_is_kept_whatever_the_others_hold()
    {
        var choice = CopyChoice.Of(
            [File("a", 20), File("b", 10)], growing: "b", (_, _) => new Likeness.Different(IsHeld: false, Holds: true, 9, 8));

        Assert.Equal("b", choice.Kept.Single().Path);
        Assert.False(choice.LeftOut.Single().IsCopy);
    }

    [Fact]
    public void File_that_cannot_be_compared_is_left_out_and_tried_again()
    {
        var choice = CopyChoice.Of([File("a", 20), File("b", 20)], growing: null, (_, _) => new Likeness.Unknown("input/output error"));

        var left = choice.LeftOut.Single();
        Assert.False(left.IsCopy);
        Assert.True(left.Report(new("e", "p", "r")).IsWorthAnotherTry);
    }

    /// <param name="isOvertaking">Whether the copy, of 10 bytes when it was compared, is to be followed now.</param>
    [Theory]
    [InlineData(10, 20, false)]
    [InlineData(15, 20, false)]
    [InlineData(25, 20, true)]
    // It was longer before; only its damage was.
    [InlineData(10, 9, false)]
    public void Copy_overtakes_only_by_growing(long lengthOfCopy, long lengthOfOther, bool isOvertaking)
    {
        var (file, other) = (File("copy", 10), File("other", 20));
        var choice = new CopyChoice([other], [new LeftOutFile(file, other, Copy)]);

        Assert.Equal(isOvertaking ? file : null, choice.Overtaking(one => one == file ? lengthOfCopy : lengthOfOther));
    }

    private static WatchedFile File(string path, long length) =>
        new(new RunHead(path, new RunRecord { RunId = "r" }, null, null), new FileProof(9, "the same"), length);
}
