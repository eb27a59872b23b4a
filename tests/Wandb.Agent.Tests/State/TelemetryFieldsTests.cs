using CsCheck;
using Google.Protobuf;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class TelemetryFieldsTests
{
    [Fact]
    public void Flags_add_up_and_texts_are_replaced()
    {
        var fields = new TelemetryFields();
        fields.Apply(new TelemetryRecord { Feature = Flags(4, 14), PythonVersion = "3.11.7", CliVersion = "0.28.2", Platform = "linux-x86_64" });
        fields.Apply(new TelemetryRecord { Feature = Flags(2, 7, 63, 64), Deprecated = Flags(18), CliVersion = "0.28.3" });
        Assert.Equal(
            """{"3":[2,4,7,14,63,64,76],"10":[18],"4":"3.11.7","5":"0.28.3","13":"linux-x86_64","12":"1.0"}""",
            Text(fields, synced: true));
        Assert.Equal("0.28.3", fields.CliVersion);
        Assert.Equal("3.11.7", fields.PythonVersion);
    }

    [Fact]
    public void First_upsert_does_not_say_synced()
    {
        var fields = new TelemetryFields();
        fields.Apply(new TelemetryRecord { Feature = Flags(4, 13, 14) });
        Assert.Equal("""{"3":[4,13,14],"12":"1.0"}""", Text(fields, synced: false));
    }

    [Fact]
    public void Synced_is_said_even_without_any_telemetry() => Assert.Equal("""{"3":[76],"12":"1.0"}""", Text(new TelemetryFields(), synced: true));

    [Fact]
    public void Flag_that_is_false_is_not_set_and_other_wire_types_are_skipped()
    {
        var fields = new TelemetryFields();
        fields.Apply(new TelemetryRecord { ImportsInit = ByteString.CopyFrom(0x08, 0x00, 0x12, 0x02, 0x61, 0x62, 0x18, 0x01) });
        Assert.Equal("""{"1":[3],"12":"1.0"}""", Text(fields, synced: false));
    }

    [Fact]
    public void Broken_bag_keeps_what_could_be_read()
    {
        var fields = new TelemetryFields();
        fields.Apply(new TelemetryRecord { Env = ByteString.CopyFrom(0x08, 0x01, 0x12, 0x7f) });
        Assert.Equal("""{"8":[1],"12":"1.0"}""", Text(fields, synced: false));
    }

    [Fact]
    public void Labels_stand_in_their_own_object_and_the_core_version_is_ours()
    {
        var fields = new TelemetryFields();
        fields.Apply(new TelemetryRecord { Label = new TelemetryLabel { CodeString = "c" }, CoreVersion = "0.28.2" });
        fields.Apply(new TelemetryRecord { Label = new TelemetryLabel { CodeVersion = "v" } });
        Assert.Equal("""{"9":{"1":"c","3":"v"},"12":"1.0"}""", Text(fields, synced: false));
    }

    [Fact]
    public void Snapshot_and_restore_anywhere_changes_nothing()
    {
        var record = Gen.Select(
            Gen.Int[1, 90].Array[0, 4],
            Gen.Int[1, 20].Array[0, 2],
            Gen.OneOf("", "a", "b"),
            (features, imports, text) => new TelemetryRecord { Feature = Flags(features), ImportsFinish = Flags(imports), CliVersion = text, Label = new TelemetryLabel { RepoString = text } });
        Gen.Select(record.List[0, 10], Gen.Int[0, 10]).Sample((records, cut) =>
        {
            var whole = new TelemetryFields();
            var parted = new TelemetryFields();
            for (var i = 0; i < records.Count; i++)
            {
                parted = i == cut ? TelemetryFields.FromSnapshot(parted.ToSnapshot()) : parted;
                whole.Apply(records[i]);
                parted.Apply(records[i]);
            }

            Assert.Equal(Text(whole, synced: true), Text(parted, synced: true));
        });
    }

    internal static ByteString Flags(params int[] numbers)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            foreach (var number in numbers)
            {
                output.WriteTag(number, WireFormat.WireType.Varint);
                output.WriteBool(true);
            }
        }

        return ByteString.CopyFrom(stream.ToArray());
    }

    private static string Text(TelemetryFields fields, bool synced) => JsonTexts.Of(writer => fields.WriteTo(writer, "1.0", synced));
}
