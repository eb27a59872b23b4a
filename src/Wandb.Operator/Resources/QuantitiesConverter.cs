using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary>Quantities by resource; see <see cref="QuantityConverter"/>.</summary>
internal sealed class QuantitiesConverter : JsonConverter<IReadOnlyDictionary<string, string>>
{
    private static readonly QuantityConverter One = new();

    public override IReadOnlyDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("requests and limits are maps of resource to quantity");
        var quantities = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            quantities[name] = One.Read(ref reader, typeof(string), options);
        }
        return quantities;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, quantity) in value)
            writer.WriteString(name, quantity);
        writer.WriteEndObject();
    }
}
