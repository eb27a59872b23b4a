using System.Buffers;
using System.Text;
using CsCheck;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class ValueTreeTests
{
    private readonly ValueTree tree = new();

    [Fact]
    public void Nested_update_through_an_object_leaf_keeps_its_siblings()
    {
        Set("""{"x":1,"y":{"z":2}}""", "n2");
        Set("3", "n2", "y", "w");
        Assert.Equal("""{"n2":{"x":1,"y":{"z":2,"w":3}}}""", Text());
    }

    [Fact]
    public void Object_set_as_leaf_replaces_what_was_there()
    {
        Set("0", "train", "loss");
        Set("""{"top":1}""", "train");
        Assert.Equal("""{"train":{"top":1}}""", Text());
        Set("3", "train");
        Set("0.5", "train", "loss");
        Assert.Equal("""{"train":{"loss":0.5}}""", Text());
    }

    [Fact]
    public void Merge_keeps_members_that_are_not_named()
    {
        Merge("""{"name":"cnn","layers":[32,64],"opt":{"lr":0.1,"betas":[0.9,0.999]}}""", "model");
        Merge("""{"opt":{"lr":0.01}}""", "model");
        Merge("""{"layers":[1]}""", "model");
        Merge("{}", "model");
        Assert.Equal("""{"model":{"name":"cnn","layers":[1],"opt":{"lr":0.01,"betas":[0.9,0.999]}}}""", Text());
    }

    [Fact]
    public void Merged_leaf_drops_a_subtree_and_merged_object_drops_a_leaf()
    {
        Merge("""{"a":{"b":1}}""", "x");
        Merge("2", "x", "a");
        Assert.Equal("""{"x":{"a":2}}""", Text());
        Merge("""{"a":{"c":null}}""", "x");
        Assert.Equal("""{"x":{"a":{"c":null}}}""", Text());
    }

    [Fact]
    public void Last_of_equal_keys_in_one_object_wins()
    {
        Merge("""{"a":{"x":1},"b":0,"a":{"y":2}}""", "k");
        Assert.Equal("""{"k":{"a":{"y":2},"b":0}}""", Text());
    }

    [Fact]
    public void Null_leaves_and_what_they_leave_empty_are_omitted_on_request()
    {
        Set("null", "none");
        Set("null", "sub", "deep", "none");
        Set("""{"inner":null}""", "kept");
        Assert.Equal("""{"kept":{"inner":null}}""", Text(omitNullLeaves: true));
        Assert.Equal("""{"none":null,"sub":{"deep":{"none":null}},"kept":{"inner":null}}""", Text());
    }

    [Fact]
    public void Removing_takes_leaf_subtree_or_member_and_empty_parents()
    {
        Set("1", "a", "b", "c");
        Set("1", "keep");
        Set("""{"x":1,"y":2}""", "leaf");
        Assert.True(Remove("a", "b", "c"));
        Assert.True(Remove("leaf", "x"));
        Assert.False(Remove("leaf", "x"));
        Assert.False(Remove("keep", "deeper"));
        Assert.False(Remove("gone"));
        Assert.Equal("""{"keep":1,"leaf":{"y":2}}""", Text());
    }

    [Fact]
    public void Keys_may_be_any_text()
    {
        Set("1", "a.b/c", "quote\"key", "tab\tkey", "métrica😀", "");
        Assert.Equal("""{"a.b/c":{"quote\"key":{"tab\tkey":{"métrica😀":{"":1}}}}}""", Text());
        Merge("""{"a\u002eb":{"\ud83d\ude00":1}}""", "m");
        Assert.True(tree.TryGetLeaf(new LabelPathBuffer().Of("m", "a.b", "😀"), out var leaf));
        Assert.Equal("1"u8, leaf);
    }

    [Fact]
    public void Values_are_kept_byte_for_byte_but_on_one_line()
    {
        Set(" [ 1.50,\n NaN ] ", "v");
        Assert.Equal("""{"v":[ 1.50,  NaN ]}""", Text());
    }

    [Fact]
    public void Unusable_values_and_paths_change_nothing()
    {
        Set("1", "a");
        Assert.False(tree.SetLeaf(new LabelPathBuffer().Of("a"), "{"u8));
        Assert.False(tree.Merge(new LabelPathBuffer().Of("a", "b"), ""u8));
        Assert.False(tree.SetLeaf(new LabelPath([0xff]), "1"u8));
        Assert.False(tree.SetLeaf(default, "1"u8));
        Assert.False(tree.SetLeaf(new LabelPathBuffer().Of(Enumerable.Repeat("d", ValueTree.MaxPathLength + 1).ToArray()), "1"u8));
        Assert.Equal("""{"a":1}""", Text());
    }

    [Fact]
    public void Deepest_path_with_deepest_value_can_be_printed_and_restored()
    {
        var labels = Enumerable.Repeat("d", ValueTree.MaxPathLength).ToArray();
        var value = string.Concat(Enumerable.Repeat("{\"v\":", ValueJson.MaxDepth)) + "1" + new string('}', ValueJson.MaxDepth);
        Merge(value, labels);
        var text = Text();
        Assert.Equal(text, Text(ValueTree.FromSnapshot(tree.ToSnapshot())));
    }

    [Fact]
    public void Many_children_are_found_removed_and_kept_in_order()
    {
        for (var i = 0; i < 1000; i++)
        {
            Set($"{i}", $"k{i}");
        }

        for (var i = 0; i < 1000; i += 2)
        {
            Assert.True(Remove($"k{i}"));
        }

        Set("-1", "k501");
        Assert.Equal("{" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"k{(2 * i) + 1}\":{((2 * i) + 1 == 501 ? -1 : (2 * i) + 1)}")) + "}", Text());
    }

    [Fact]
    public void Broken_snapshots_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => ValueTree.FromSnapshot("[1]"u8));
        Assert.Throws<InvalidDataException>(() => ValueTree.FromSnapshot("{\"a\":1}"u8));
        Assert.Throws<InvalidDataException>(() => ValueTree.FromSnapshot("{\"a\":"u8));
    }

    [Fact]
    public void Snapshot_and_restore_anywhere_changes_nothing() => Gen.Select(Operations, Gen.Int[0, 30]).Sample((operations, cut) =>
    {
        var whole = new ValueTree();
        var parted = new ValueTree();
        for (var i = 0; i < operations.Count; i++)
        {
            if (i == cut)
            {
                parted = ValueTree.FromSnapshot(parted.ToSnapshot());
            }

            Apply(whole, operations[i]);
            Apply(parted, operations[i]);
        }

        Assert.Equal(Text(whole, omitNullLeaves: true), Text(parted, omitNullLeaves: true));
        Assert.Equal(whole.ToSnapshot(), parted.ToSnapshot());
        Assert.True(ValueJson.IsValid(Encoding.UTF8.GetBytes(Text(whole))));
    });

    private static readonly Gen<List<(int Kind, string[] Path, string Value)>> Operations = Gen.Select(
        Gen.Int[0, 2],
        Gen.OneOf("a", "b", "c", "d.é\"").Array[1, 3],
        Gen.OneOf("1", "null", "NaN", "[1,{\"a\":2}]", "{}", "{\"a\":1}", "{\"a\":{\"b\":null,\"c\":2}}", "{\"b\":null}", "{\"a\":1,\"a\":{\"b\":3}}")).List[0, 30];

    private static void Apply(ValueTree tree, (int Kind, string[] Path, string Value) operation)
    {
        var path = new LabelPathBuffer().Of(operation.Path);
        var value = Encoding.UTF8.GetBytes(operation.Value);
        _ = operation.Kind switch
        {
            0 => tree.SetLeaf(path, value),
            1 => tree.Merge(path, value),
            _ => tree.Remove(path),
        };
    }

    private void Set(string value, params string[] path) => Assert.True(tree.SetLeaf(new LabelPathBuffer().Of(path), Encoding.UTF8.GetBytes(value)));

    private void Merge(string value, params string[] path) => Assert.True(tree.Merge(new LabelPathBuffer().Of(path), Encoding.UTF8.GetBytes(value)));

    private bool Remove(params string[] path) => tree.Remove(new LabelPathBuffer().Of(path));

    private string Text(bool omitNullLeaves = false) => Text(tree, omitNullLeaves);

    private static string Text(ValueTree tree, bool omitNullLeaves = false)
    {
        var output = new ArrayBufferWriter<byte>();
        tree.WriteTo(output, omitNullLeaves);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
