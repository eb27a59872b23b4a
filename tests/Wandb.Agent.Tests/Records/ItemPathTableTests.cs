using CsCheck;
using Wandb.Agent.Records;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.Agent.Tests.Records;

public sealed class ItemPathTableTests
{
    private readonly ItemPathTable paths = new();

    [Fact]
    public void Path_has_one_number_however_it_is_encoded()
    {
        var flat = paths.Find(new ProtoBytes().Text(1, "loss").Written);
        Assert.Equal(flat, paths.Find(new ProtoBytes().Text(2, "loss").Written));
        Assert.Equal(flat, paths.Find(new ProtoBytes().Text(1, "ignored").Text(2, "loss").Written));
        Assert.Equal(flat, paths.Find(["loss"]));
        Assert.Equal(1, paths.Count);
        Assert.Equal(["loss"], paths[flat].Labels);
    }

    [Fact]
    public void Labels_with_the_characters_that_part_them_are_told_apart()
    {
        string[][] all = [["a", "b"], ["a1:b"], ["1:a", "b"], ["a", "1:b"], ["1:a1:b"], ["a.b"], ["", "a", "b"], ["a", "b", ""], [""], ["", ""]];
        Assert.Equal(all.Length, all.Select(labels => paths.Find(labels)).Distinct().Count());
        Assert.Equal(all.Length, paths.Count);
    }

    [Fact]
    public void Numbers_are_dense_and_never_change_while_the_table_grows()
    {
        for (var index = 0; index < 5000; index++)
            Assert.Equal(index, paths.Find(Raw($"metric/{index}")));
        for (var index = 0; index < 5000; index++)
            Assert.Equal(index, paths.Find(Raw($"metric/{index}")));
        Assert.Equal(5000, paths.Count);
        Assert.All(Enumerable.Range(0, 5000), index => Assert.Null(paths[index].Exclusions));
    }

    [Fact]
    public void Exclusions_and_ranks_are_those_of_a_comparison_of_all_paths() =>
        Gen.OneOf("a", "b", "aa", "").Array[1, 4].List[1, 25].Sample(all =>
        {
            var table = new ItemPathTable();
            foreach (var labels in all)
                table.Find(labels);
            for (var a = 0; a < table.Count; a++)
            {
                var expected = Enumerable.Range(0, table.Count).Where(b => LeadsThrough(table[a].Labels, table[b].Labels) || LeadsThrough(table[b].Labels, table[a].Labels));
                Assert.Equal(expected, (table[a].Exclusions ?? []).Order());
            }
            var sorted = Enumerable.Range(0, table.Count).OrderBy(path => table.Ranks()[path]).Select(path => table[path].Labels).ToList();
            // Members of one object stand together: a prefix that was left does not come again.
            foreach (var depth in (int[])[1, 2, 3])
            {
                var prefixes = sorted.Where(labels => labels.Length > depth).Select(labels => string.Join('/', labels.Take(depth))).ToList();
                Assert.Equal(prefixes.Distinct().Count(), prefixes.Where((prefix, index) => index == 0 || prefix != prefixes[index - 1]).Count());
            }
        }, iter: 300);

    private static bool LeadsThrough(string[] path, string[] other) => path.Length < other.Length && path.SequenceEqual(other.Take(path.Length));

    private static ReadOnlySpan<byte> Raw(string label) => new ProtoBytes().Text(2, label).Written;
}
