using System.Text;
using System.Text.Json;
using CsCheck;
using Wandb.Agent.Records;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Records;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.Agent.Tests.Streaming;

public sealed class HistoryLineTests
{
    private static readonly string[] Values =
    [
        "1", "-0", "0.1", "1e-06", "9.223372036854776e+18", "9223372036854775807", "NaN", "Infinity", "-Infinity", "true", "false", "null",
        "\"\"", "\"ü < > & \u2028\"", """ "\" \\ \/ \b \f \n \r \t \u0007 \u00fc \ud83d\ude00" """, "[]", "[1,\"a\",[NaN,{}]]", "{}", "{\"x\":1}",
        "{\"x\":{\"y\":[NaN]},\"z\":\"\\\"\"}", "{\"x\":1,\"x\":{\"w\":2}}", "{\r\n  \"x\" : 1,\n\t\"y\" : [\n1\n]\n}", " 7 ",
    ];

    private static readonly Gen<List<(string[] Path, string Value)>> Rows = Gen.Select(
        Gen.OneOf("a", "b", "c.d", "", "x", "é\"\\\n", new string('k', 150)).Array[1, 3], Gen.OneOf(Values)).List[0, 8];

    private readonly HistoryLine history = new(new ItemPathTable());

    [Fact]
    public void Line_says_what_a_tree_of_the_items_says_in_whatever_order_and_shape_they_come() => Rows.List[1, 6].Sample(rows =>
    {
        // One table for several rows: paths of earlier rows exclude paths of later ones.
        var line = new HistoryLine(new ItemPathTable());
        foreach (var row in rows)
        {
            var tree = new ValueTree();
            var labels = new LabelPathBuffer();
            foreach (var (path, value) in row)
                Assert.True(tree.Merge(labels.Of(path), Encoding.UTF8.GetBytes(value)));
            var expected = new LineBuffer(64);
            tree.WriteTo(expected, omitNullLeaves: false);
            var record = ItemBytes.Record([.. row.Select(item => (1, ItemBytes.Of(item.Path, Encoding.UTF8.GetBytes(item.Value))))]);
            Assert.Equal(LooseJsonText.Canonical(expected.WrittenSpan), LooseJsonText.Canonical(Line(line, record)));
        }
    }, iter: 3000);

    [Fact]
    public void Flat_row_is_spliced_as_it_stands() => Assert.Equal(
        """{"_step":3,"loss":1e-06,"note":"a\nb","bad":NaN}""",
        Line(history, ItemBytes.Record(("_step", "3"), ("loss", "1e-06"), ("note", "\"a\\nb\""), ("bad", "NaN"))));

    [Fact]
    public void Nested_paths_come_as_one_object() => Assert.Equal(
        """{"a":{"b":{"c":1},"d":2},"e":3}""",
        Line(history, ItemBytes.Record(("a/b/c", "1"), ("e", "3"), ("a/d", "2"))));

    [Fact]
    public void Leaf_and_subtree_of_one_name_exclude_each_other_and_the_later_one_wins()
    {
        Assert.Equal("""{"a":{"b":2}}""", Line(history, ItemBytes.Record(("a", "1"), ("a/b", "2"))));
        Assert.Equal("""{"a":1}""", Line(history, ItemBytes.Record(("a/b", "2"), ("a", "1"))));
        Assert.Equal("""{"a":{"x":0,"b":2}}""", Line(history, ItemBytes.Record(("a", "{\"x\":0}"), ("a/b", "2"))));
        Assert.Equal("""{"a":1}""", Line(history, ItemBytes.Record(("a", "1"))));
        Assert.Equal("""{"a":2}""", Line(history, ItemBytes.Record(("a", "1"), ("a", "2"))));
    }

    [Fact]
    public void Record_without_items_is_an_empty_row()
    {
        Assert.Equal("{}", Line(history, []));
        Assert.Equal("{}", Line(history, new ProtoBytes().Message(2, [8, 5]).Written.ToArray()));
    }

    public static TheoryData<byte[]> InvalidValues() =>
    [
        ""u8.ToArray(),
        "nan"u8.ToArray(),
        "1 2"u8.ToArray(),
        "{"u8.ToArray(),
        "[1,]"u8.ToArray(),
        "01"u8.ToArray(),
        "'a'"u8.ToArray(),
        "\"a\nb\""u8.ToArray(),
        "\"\\x\""u8.ToArray(),
        "{\"a\":}"u8.ToArray(),
        (byte[])[(byte)'"', 0xFF, (byte)'"'],
        (byte[])[(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'],
    ];

    [Theory]
    [MemberData(nameof(InvalidValues))]
    public void Row_with_a_value_that_is_not_json_is_refused_and_leaves_nothing_behind(byte[] value)
    {
        var target = new LineBuffer(16);
        target.Append("before"u8);
        foreach (var path in (string[][])[["k"], ["k", "l"], ["a", "b"]])
        {
            // Flat, nested and with a conflict.
            var record = ItemBytes.Record((1, ItemBytes.Of(["a"], "1"u8.ToArray())), (1, ItemBytes.Of(path, value)), (1, ItemBytes.Of(["z"], "2"u8.ToArray())));
            Assert.Equal(RowOutcome.InvalidValue, history.Append(record, target));
            Assert.Equal("before", Encoding.UTF8.GetString(target.WrittenSpan));
        }
        Assert.Equal("""{"a":1}""", Line(history, ItemBytes.Record(("a", "1"))));
    }

    [Fact]
    public void Row_with_a_key_that_is_not_UTF8_is_refused_and_never_passes_for_another_name()
    {
        var target = new LineBuffer(16);
        Assert.Equal("{\"\uFFFD\":1}", Line(history, ItemBytes.Record(("\uFFFD", "1"))));
        foreach (var key in (byte[][])[[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [.. new byte[200], 0xFF]])
        {
            foreach (var label in (int[])[1, 2])
            {
                var item = new ProtoBytes().Text(2, "a").Message(label, key).Message(16, "2"u8).Written.ToArray();
                // Twice: the second time the path is known.
                for (var time = 0; time < 2; time++)
                    Assert.Equal(RowOutcome.InvalidValue, history.Append(ItemBytes.Record((1, ItemBytes.Of(["z"], "1"u8.ToArray())), (1, item)), target));
            }
        }
        Assert.Equal(0, target.Length);
        Assert.Equal("""{"z":1}""", Line(history, ItemBytes.Record(("z", "1"))));
    }

    [Fact]
    public void Record_cut_anywhere_inside_an_item_is_malformed_and_leaves_nothing_behind()
    {
        var record = ItemBytes.Record(("a", "1"), ("b/c", "{\"x\":[1]}"));
        var ends = (int[])[0, ItemBytes.Record(("a", "1")).Length, record.Length];
        for (var length = 0; length <= record.Length; length++)
        {
            var target = new LineBuffer(16);
            var outcome = history.Append(record.AsSpan(0, length), target);
            Assert.Equal(ends.Contains(length) ? RowOutcome.Appended : RowOutcome.Malformed, outcome);
            Assert.Equal(ends.Contains(length), target.Length > 0);
        }
    }

    [Fact]
    public void Value_of_several_lines_becomes_one_line()
    {
        var line = Line(history, ItemBytes.Record(("a", "{\r\n\"x\":\n1}"), ("b/c", "[\r1,\n2]")));
        Assert.Equal("""{"a":{"x":1,},"b":{"c":[1,2,],},}""", LooseJsonText.Canonical(line));
    }

    [Fact]
    public void Row_of_ten_thousand_metrics_and_one_with_a_megabyte_of_text_are_whole()
    {
        var items = Enumerable.Range(0, 10_000).Select(index => ($"group{index % 100}/metric{index}", $"{index}.5")).ToArray();
        using var nested = JsonDocument.Parse(Line(history, ItemBytes.Record(items)));
        Assert.Equal(100, nested.RootElement.EnumerateObject().Count());
        Assert.Equal(9999.5, nested.RootElement.GetProperty("group99").GetProperty("metric9999").GetDouble());
        using var flat = JsonDocument.Parse(Line(history, ItemBytes.Record([.. items.Select(item => (item.Item1.Replace('/', '.'), item.Item2))])));
        Assert.Equal(10_000, flat.RootElement.EnumerateObject().Count());

        var text = string.Concat(Enumerable.Repeat("tab\t\"quote\" back\\slash ü\n", 50_000));
        using var large = JsonDocument.Parse(Line(history, ItemBytes.Record(("text", JsonSerializer.Serialize(text)))));
        Assert.Equal(text, large.RootElement.GetProperty("text").GetString());
    }

    /// <summary>The line as the server gets it; also asserts that it is one line of the length that is told.</summary>
    private static string Line(HistoryLine history, byte[] record)
    {
        var target = new LineBuffer(16);
        target.Append("["u8);
        Assert.Equal(RowOutcome.Appended, history.Append(record, target));
        target.Append("]"u8);
        using var body = JsonDocument.Parse(target.WrittenMemory);
        var line = Assert.Single(body.RootElement.EnumerateArray()).GetString()!;
        Assert.Equal(-1, line.AsSpan().IndexOfAny('\r', '\n'));
        Assert.Equal(Encoding.UTF8.GetByteCount(line), history.LineBytes);
        return line;
    }
}
