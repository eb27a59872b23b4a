using System.Text;
using CsCheck;
using Wandb.Agent.Records;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Records;
using Wandb.Agent.Tests.Streaming;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class SummaryStateTests
{
    private const int Update = 1;
    private const int Removal = 2;

    private static readonly Gen<List<(int Field, string[] Path, string Value)>> Records = Gen.Select(
        Gen.Frequency((4, Gen.Const(Update)), (1, Gen.Const(Removal))),
        Gen.OneOf("a", "b", "c", "d.é\"").Array[1, 3],
        Gen.OneOf("1", "null", "NaN", "[1,{\"a\":2}]", "{}", "{\"a\":1}", "{\"a\":{\"b\":5,\"c\":2}}", "{\"b\":null}", "{\"a\":1,\"a\":{\"b\":3}}", "  7 ", " {\"c\":1}",
            "\"a text that does not fit into a cell of the table\"")).List[1, 5];

    private readonly SummaryState summary = new(new ItemPathTable());

    [Fact]
    public void Key_that_is_not_UTF8_is_told_and_the_other_items_count()
    {
        var summary = new SummaryState(new ItemPathTable());
        var item = new ProtoBytes().Message(2, [0xFF]).Message(16, "2"u8).Written.ToArray();
        Assert.False(summary.Apply(ItemBytes.Record((1, item), (1, ItemBytes.Of(["a"], "1"u8.ToArray())), (2, item))));
        var text = new LineBuffer(16);
        summary.WriteTo(text);
        Assert.Equal("""{"a":1}""", System.Text.Encoding.UTF8.GetString(text.WrittenSpan));
        Assert.Equal("a", Assert.Single(summary.Snapshot()).Path[0]);
    }

    [Fact]
    public void Summary_says_what_a_tree_of_the_leaves_says_and_so_does_one_restored_at_any_point() =>
        Gen.Select(Records.List[0, 12], Gen.Int[0, 12]).Sample((records, cut) =>
        {
            var state = new SummaryState(new ItemPathTable());
            var tree = new ValueTree();
            var labels = new LabelPathBuffer();
            for (var index = 0; index < records.Count; index++)
            {
                if (index == cut)
                {
                    var restored = new SummaryState(new ItemPathTable());
                    restored.Restore(state.Snapshot());
                    state = restored;
                }
                Assert.True(state.Apply(Record(records[index])));
                // All updates of a record come before its removes.
                foreach (var (field, path, value) in records[index].OrderBy(item => item.Field))
                {
                    if (field == Update)
                        Assert.True(tree.SetLeaf(labels.Of(path), Encoding.UTF8.GetBytes(value)));
                    else
                        tree.Remove(labels.Of(path));
                }
                var expected = new LineBuffer(64);
                tree.WriteTo(expected, omitNullLeaves: true);
                Assert.Equal(LooseJsonText.Canonical(expected.WrittenSpan), LooseJsonText.Canonical(Text(state)));
            }
        }, iter: 5000);

    /// <summary>The real client loses them; the golden case summary_ops.</summary>
    [Fact]
    public void Siblings_stay_when_an_update_leads_through_an_object()
    {
        Apply(("n2", """{"x":1,"y":{"z":2}}"""));
        Apply(("n2/y/w", "3"));
        Assert.Equal("""{"n2":{"x":1,"y":{"w":3,"z":2}}}""", Text(summary));
    }

    [Fact]
    public void Object_inside_an_object_is_opened_too_when_its_path_was_known_before()
    {
        Apply(("c/a", "0"));
        Apply(("c", """{"a":{"b":3}}"""));
        Apply(("c/a/d", "4"));
        Assert.Equal("""{"c":{"a":{"b":3,"d":4}}}""", Text(summary));
    }

    [Fact]
    public void Object_set_as_a_leaf_replaces_what_was_there()
    {
        Apply(("a/b", "1"), ("a/c", "2"));
        Apply(("a", """{"d":4}"""));
        Assert.Equal("""{"a":{"d":4}}""", Text(summary));
        Apply(("a", "5"));
        Apply(("a/b", "6"));
        Assert.Equal("""{"a":{"b":6}}""", Text(summary));
    }

    [Fact]
    public void Removes_come_after_the_updates_of_their_record_wherever_they_stand_in_it()
    {
        Assert.True(summary.Apply(Record([(Removal, ["a"], ""), (Update, ["a"], "1"), (Update, ["b"], "2")])));
        Assert.Equal("""{"b":2}""", Text(summary));
    }

    [Fact]
    public void Remove_of_a_member_leaves_a_number_alone_that_stands_in_its_place()
    {
        Apply(("a", "5"), ("b/c", "6"));
        summary.Apply(Record([(Removal, ["a", "x"], ""), (Removal, ["b"], "")]));
        Assert.Equal("""{"a":5}""", Text(summary));
    }

    [Fact]
    public void Null_leaves_are_left_out_but_kept()
    {
        Apply(("a", "null"), ("b/c", "null"), ("d", "{\"e\":null}"));
        Assert.Equal("""{"d":{"e":null}}""", Text(summary));
        Assert.Equal(3, summary.Snapshot().Count);
    }

    [Fact]
    public void Value_that_is_not_json_is_refused_and_the_others_are_applied()
    {
        Assert.False(summary.Apply(Record([(Update, ["a"], "1"), (Update, ["b"], "nonsense"), (Update, ["c"], "3")])));
        Assert.Equal("""{"a":1,"c":3}""", Text(summary));
    }

    [Fact]
    public void Long_values_give_way_to_short_ones_and_back()
    {
        var text = $"\"{new string('x', 100)}\"";
        foreach (var value in (string[])["1", text, "2", $"\"{new string('y', 40)}\"", text, "3"])
        {
            Apply(("a", value), ("b", "0"));
            Assert.Equal($$"""{"a":{{value}},"b":0}""", Text(summary));
        }
    }

    [Fact]
    public void Version_rises_with_every_record()
    {
        var before = summary.Version;
        Apply(("a", "1"));
        Assert.True(summary.Version > before);
    }

    private static byte[] Record(IReadOnlyList<(int Field, string[] Path, string Value)> items) =>
        ItemBytes.Record([.. items.Select(item => (item.Field, ItemBytes.Of(item.Path, Encoding.UTF8.GetBytes(item.Value))))]);

    private void Apply(params ReadOnlySpan<(string Path, string Value)> updates) => Assert.True(summary.Apply(ItemBytes.Record(updates)));

    private static string Text(SummaryState state)
    {
        var text = new LineBuffer(64);
        state.WriteTo(text);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
