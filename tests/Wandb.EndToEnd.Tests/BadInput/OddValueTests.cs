using System.Globalization;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Sync;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.EndToEnd.Tests.BadInput;

/// <summary>Values at the edges of what JSON and the server take.</summary>
public sealed class OddValueTests : SyncTest
{
    private const int HistoryField = 2;
    private const int SummaryField = 3;
    private const int ConfigField = 5;

    [Fact]
    public async Task NaN_and_infinities_arrive_as_they_were_logged()
    {
        Folder.Place(new RunRecords("nan").Start().Row(0, ("a", "NaN"), ("b", "Infinity"), ("c", "-Infinity")).Summary("a", "NaN").Exit());

        Assert.Equal(0, (await SyncAsync()).Status);

        var row = Backend.Run("nan")["history"]![0]!.AsObject();
        row.Remove("_step");
        Assert.Equal(["NaN", "Infinity", "-Infinity"], row.Select(value => (string)value.Value!["$float"]!));
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1e400")]
    public async Task Numbers_beyond_64_bits_keep_their_digits(string number)
    {
        Folder.Place(new RunRecords("big").Start().Row(0, ("n", number)).Exit());

        Assert.Equal(0, (await SyncAsync()).Status);

        Assert.Contains(number, Backend.Run("big")["history"]![0]!.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_last_of_duplicate_keys_wins()
    {
        Folder.Place(new RunRecords("duplicate").Start().Row(0, ("loss", "1"), ("loss", "2")).Row(1, ("loss", "3")).Exit());

        Assert.Equal(0, (await SyncAsync()).Status);

        Assert.Equal([2, 3], Backend.Run("duplicate")["history"]!.AsArray().Select(row => (int)row!["loss"]!));
    }

    [Fact]
    public async Task Ten_thousand_metrics_in_a_row_arrive()
    {
        var metrics = Enumerable.Range(0, 10_000).Select(n => ($"metric/{n}", n.ToString(CultureInfo.InvariantCulture))).ToArray();
        Folder.Place(new RunRecords("wide").Start().Row(0, metrics).Row(1, metrics).Exit());

        Assert.Equal(0, (await SyncAsync()).Status);

        var row = Backend.Run("wide")["history"]![1]!.AsObject();
        Assert.Equal(10_001, row.Count);
        Assert.Equal(9_999, (int)row["metric/9999"]!);
    }

    [Fact]
    public async Task Strings_of_a_megabyte_arrive()
    {
        var text = string.Concat(Enumerable.Repeat("ab\n\"\\é€😀", 128 * 1024));
        Folder.Place(new RunRecords("text").Start().Row(0, ("text", RunRecords.Json(text))).Summary("text", RunRecords.Json(text)).Exit());

        Assert.Equal(0, (await SyncAsync()).Status);

        Assert.Equal(text, (string)Backend.Run("text")["history"]![0]!["text"]!);
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_is_set_aside_and_the_rest_goes_on()
    {
        Folder.Place(new RunRecords("bytes").Start().Rows(0, 1)
            .Add(HistoryField, new ProtoBytes().Message(1, RunRecords.RawItem("loss"u8, [(byte)'"', 0xFF, 0xFE, (byte)'"'])).Written)
            .Rows(1, 2).Exit());

        var run = await SyncAsync();

        Assert.Equal((2, 1), (run.Status, (int)run.Report["setAside"]!));
        Assert.Contains("not UTF-8", run.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2], Backend.Run("bytes").Steps());
        Assert.Empty(Backend.State()["problems"]!.AsArray());
    }

    [Fact]
    public async Task A_key_that_is_not_UTF8_is_set_aside_with_its_row_and_the_rest_goes_on()
    {
        Folder.Place(new RunRecords("key").Start().Rows(0, 1)
            .Add(HistoryField, new ProtoBytes()
                .Message(1, RunRecords.RawItem([0xC3, 0x28], "1"u8)).Message(1, RunRecords.RawItem("_step"u8, "1"u8)).Written)
            .Rows(2, 1)
            .Add(SummaryField, new ProtoBytes().Message(1, RunRecords.RawItem([0xFF], "1"u8)).Message(1, RunRecords.RawItem("kept"u8, "1"u8)).Written)
            .Add(ConfigField, new ProtoBytes().Message(1, RunRecords.RawItem([0xFF], "1"u8)).Message(1, RunRecords.RawItem("kept"u8, "1"u8)).Written)
            .Exit());

        var run = await SyncAsync();

        Assert.Equal((2, 3), (run.Status, (int)run.Report["setAside"]!));
        Assert.Contains("not UTF-8", run.Message, StringComparison.Ordinal);
        Assert.Equal([0, 2], Backend.Run("key").Steps());
        Assert.Equal(1, (int)Backend.Run("key")["summary"]!["kept"]!);
        Assert.DoesNotContain("\uFFFD", System.Text.RegularExpressions.Regex.Unescape(Backend.Run("key").ToJsonString()), StringComparison.Ordinal);
        Assert.Empty(Backend.State()["problems"]!.AsArray());
    }

    [Fact]
    public async Task Console_text_that_is_not_UTF8_does_not_stop_the_run()
    {
        const int outputRaw = 13;
        Folder.Place(new RunRecords("noise").Start().Rows(0, 1)
            .Add(outputRaw, new ProtoBytes().Number(1, 1).Message(3, [(byte)'a', 0xFF, (byte)'\n']).Written).Console("b\n").Exit());

        await SyncAsync();

        Assert.Equal([0], Backend.Run("noise").Steps());
        Assert.Contains("b", Backend.Run("noise").ConsoleTexts());
        Assert.True((bool)Backend.Run("noise")["complete"]!);
    }
}
