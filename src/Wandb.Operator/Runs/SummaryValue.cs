using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// A value of a run's summary as an API server gives it back, whose numbers are int64 or double: one that came back as another would be written anew every
/// few seconds, for ever.
/// </summary>
internal static class SummaryValue
{
    // A number or a short word; 100 runs with 32 of them fit into one object.
    private const int MaxBytes = 128;

    /// <returns>Null: it is large, has a number beyond those of double, or is null itself.</returns>
    public static JsonElement? Of(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || JsonMarshal.GetRawUtf8Value(value) is not { Length: <= MaxBytes } raw)
            return null;
        var sound = JsonElement.Parse(ApplyText.Of(raw.ToArray()).Span);
        if (!HasFiniteNumbers(sound))
            return null;
        var text = new ArrayBufferWriter<byte>(MaxBytes);
        using (var writer = new Utf8JsonWriter(text))
            Write(sound, writer);
        return JsonElement.Parse(text.WrittenSpan);
    }

    private static bool HasFiniteNumbers(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number),
        JsonValueKind.Array => value.EnumerateArray().All(HasFiniteNumbers),
        JsonValueKind.Object => value.EnumerateObject().All(static member => HasFiniteNumbers(member.Value)),
        _ => true,
    };

    private static void Write(JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetInt64(out var whole):
                writer.WriteNumberValue(whole);
                break;
            case JsonValueKind.Number:
                // Zero has no sign there.
                writer.WriteNumberValue(value.GetDouble() is var number and not 0 ? number : 0);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(item, writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                // Of several with one name the last one is kept there.
                foreach (var member in value.EnumerateObject().GroupBy(static member => member.Name, StringComparer.Ordinal).Select(static same => same.Last()))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
                }
                writer.WriteEndObject();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
