using System.Text.Json;
using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reporting;

/// <summary>Lost records as an array of <c>{first, last, fromByte, toByte, reason}</c>.</summary>
internal static class LostRecordsJson
{
    public static void Write(Utf8JsonWriter json, string name, IReadOnlyList<LostRecords> lost)
    {
        json.WriteStartArray(name);
        foreach (var range in lost)
        {
            json.WriteStartObject();
            json.WriteNumber("first", range.First);
            json.WriteNumber("last", range.Last);
            WriteByte(json, "fromByte", range.FromByte);
            WriteByte(json, "toByte", range.ToByte);
            json.WriteString("reason", Damage.Describe(range.Reason));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteByte(Utf8JsonWriter json, string name, long offset)
    {
        if (offset < 0)
            json.WriteNull(name);
        else
            json.WriteNumber(name, offset);
    }
}
