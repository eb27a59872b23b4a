using System.Buffers;
using System.Text;
using CsCheck;
using Google.Protobuf;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.State;
using Wandb.Agent.Tests.Records;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class ConfigTreeTests
{
    [Fact]
    public void Updates_merge_objects_and_keep_nulls()
    {
        var config = new ConfigTree();
        Apply(config, ("_wandb", "{}"), ("model", """{"name":"cnn","layers":[32,64],"opt":{"lr":0.1,"betas":[0.9,0.999]}}"""), ("seed", "1"), ("drop", "null"));
        Apply(config, ("model", """{"opt":{"lr":0.01}}"""), ("new", "\"x\""));
        Apply(config, ("seed", "2"));
        Apply(config, ("model", """{"layers":[1]}"""));
        Apply(config, ("path", """{"a.b":{"c/d":[1,{"e":2}]}}"""));
        Assert.Equal(
            """{"_wandb":{},"model":{"name":"cnn","layers":[1],"opt":{"lr":0.01,"betas":[0.9,0.999]}},"seed":2,"drop":null,"new":"x","path":{"a.b":{"c/d":[1,{"e":2}]}}}""",
            Text(config));
    }

    [Fact]
    public void Nested_keys_go_before_the_flat_key_and_removes_come_last()
    {
        var config = new ConfigTree();
        var record = new ConfigRecord();
        record.Update.Add(new Item { Key = "ignored", NestedKey = { "a", "b.c" }, ValueJson = "1" });
        record.Update.Add(new Item { Key = "gone", ValueJson = "1" });
        record.Remove.Add(new Item { Key = "gone" });
        Assert.True(config.Apply(record.ToByteArray()));
        Assert.Equal("""{"a":{"b.c":1}}""", Text(config));
    }

    [Fact]
    public void Unusable_items_are_told_and_the_others_applied()
    {
        var config = new ConfigTree();
        Assert.False(Apply(config, ("a", "{"), ("b", "1"), ("c", "")));
        Assert.Equal("""{"b":1}""", Text(config));
    }

    [Fact]
    public void Key_that_is_not_UTF8_is_told_and_never_passes_for_another_name()
    {
        var config = new ConfigTree();
        Assert.True(Apply(config, ("\uFFFD", "1")));
        var invalid = new ProtoBytes().Message(1, [0xFF]).Message(16, "2"u8).Written.ToArray();
        Assert.False(config.Apply(new ProtoBytes().Message(1, invalid).Message(1, ItemBytes.Of(["b"], "3"u8.ToArray())).Written));
        Assert.False(config.Apply(new ProtoBytes().Message(2, invalid).Written));
        Assert.Equal("{\"\uFFFD\":1,\"b\":3}", Text(config));
    }

    [Fact]
    public void Snapshot_and_restore_anywhere_changes_nothing() =>
        Gen.Select(
            Gen.Select(Gen.OneOf("a", "b", "c.d"), Gen.OneOf("1", "null", "{}", "{\"x\":1}", "{\"x\":{\"y\":[NaN]},\"z\":2}", "{\"x\":null}")).List[0, 20],
            Gen.Int[0, 20]).Sample((updates, cut) =>
            {
                var whole = new ConfigTree();
                var parted = new ConfigTree();
                for (var i = 0; i < updates.Count; i++)
                {
                    parted = i == cut ? ConfigTree.FromSnapshot(parted.ToSnapshot()) : parted;
                    Apply(whole, updates[i]);
                    Apply(parted, updates[i]);
                }

                Assert.Equal(Text(whole), Text(parted));
            });

    internal static bool Apply(ConfigTree config, params (string Key, string Value)[] updates)
    {
        var record = new ConfigRecord();
        record.Update.AddRange(updates.Select(update => new Item { Key = update.Key, ValueJson = update.Value }));
        return config.Apply(record.ToByteArray());
    }

    private static string Text(ConfigTree config)
    {
        var output = new ArrayBufferWriter<byte>();
        config.Values.WriteTo(output, omitNullLeaves: false);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
