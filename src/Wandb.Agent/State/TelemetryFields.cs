using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.State;

/// <summary>
/// The SDK's telemetry, merged over all records, as the numbers and texts that stand under <c>_wandb.t</c>. Bags of flags are sets of field numbers:
/// their names are nobody's business here.
/// </summary>
internal sealed class TelemetryFields
{
    /// <summary>Feature number of "synced by the new sync" (wandb_telemetry.proto).</summary>
    private const int SyncedFeature = 76;

    private const int FeatureField = 3;
    private const int LabelField = 9;
    private const int CoreVersionField = 12;

    private readonly SortedDictionary<int, SortedSet<int>> flags = [];
    private readonly SortedDictionary<int, string> texts = [];
    private readonly SortedDictionary<int, string> labels = [];

    public string CliVersion => texts.GetValueOrDefault(5, "");

    public string PythonVersion => texts.GetValueOrDefault(4, "");

    /// <summary>Merges as protobuf does: a flag once on stays on, an empty text changes nothing.</summary>
    public void Apply(TelemetryRecord record)
    {
        AddFlags(1, record.ImportsInit);
        AddFlags(2, record.ImportsFinish);
        AddFlags(FeatureField, record.Feature);
        AddFlags(8, record.Env);
        AddFlags(10, record.Deprecated);
        Set(texts, 4, record.PythonVersion);
        Set(texts, 5, record.CliVersion);
        Set(texts, 6, record.HuggingfaceVersion);
        Set(texts, CoreVersionField, record.CoreVersion);
        Set(texts, 13, record.Platform);
        if (record.Label is { } label)
        {
            Set(labels, 1, label.CodeString);
            Set(labels, 2, label.RepoString);
            Set(labels, 3, label.CodeVersion);
        }
    }

    /// <summary>Writes the object: texts and sorted lists of numbers by field number. Bags without any flag are left out.</summary>
    /// <param name="coreVersion">Stands under "12": the version of the program that syncs.</param>
    /// <param name="synced">Adds the feature that says that the run was synced (not yet in the first upsert).</param>
    public void WriteTo(Utf8JsonWriter writer, string coreVersion, bool synced)
    {
        writer.WriteStartObject();
        foreach (var (field, set) in flags)
        {
            WriteNumbers(writer, field, synced && field == FeatureField ? [.. set, SyncedFeature] : set);
        }

        if (synced && !flags.ContainsKey(FeatureField))
        {
            WriteNumbers(writer, FeatureField, [SyncedFeature]);
        }

        foreach (var (field, text) in texts)
        {
            if (field != CoreVersionField)
            {
                writer.WriteString(Name(field), text);
            }
        }

        if (labels.Count > 0)
        {
            writer.WriteStartObject(Name(LabelField));
            foreach (var (field, text) in labels)
            {
                writer.WriteString(Name(field), text);
            }

            writer.WriteEndObject();
        }

        writer.WriteString(Name(CoreVersionField), coreVersion);
        writer.WriteEndObject();
    }

    public TelemetrySnapshot ToSnapshot() => new(
        flags.ToDictionary(bag => bag.Key, bag => bag.Value.ToArray()),
        new Dictionary<int, string>(texts),
        new Dictionary<int, string>(labels));

    public static TelemetryFields FromSnapshot(TelemetrySnapshot snapshot)
    {
        var fields = new TelemetryFields();
        foreach (var (field, numbers) in snapshot.Flags)
        {
            fields.flags[field] = [.. numbers];
        }

        foreach (var (field, text) in snapshot.Texts)
        {
            fields.texts[field] = text;
        }

        foreach (var (field, text) in snapshot.Labels)
        {
            fields.labels[field] = text;
        }

        return fields;
    }

    private void AddFlags(int field, ByteString bag)
    {
        if (bag.IsEmpty)
        {
            return;
        }

        var set = flags.TryGetValue(field, out var known) ? known : [];
        var input = bag.CreateCodedInput();
        try
        {
            while (input.ReadTag() is var tag and not 0)
            {
                if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.Varint)
                {
                    input.SkipLastField();
                }
                else if (input.ReadUInt64() != 0)
                {
                    set.Add(WireFormat.GetTagFieldNumber(tag));
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Nothing of the user's is in here: what could be read is kept, the rest of this bag is not worth failing for.
        }

        if (set.Count > 0)
        {
            flags[field] = set;
        }
    }

    private static void Set(SortedDictionary<int, string> target, int field, string text)
    {
        if (text.Length > 0)
        {
            target[field] = text;
        }
    }

    private static void WriteNumbers(Utf8JsonWriter writer, int field, SortedSet<int> numbers)
    {
        writer.WriteStartArray(Name(field));
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static string Name(int field) => field.ToString(CultureInfo.InvariantCulture);
}
