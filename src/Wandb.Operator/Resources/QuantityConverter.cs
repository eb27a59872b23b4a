using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary>A Kubernetes quantity, which may be written as a number.</summary>
internal sealed class QuantityConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
            ? reader.GetDecimal().ToString(CultureInfo.InvariantCulture)
            : reader.GetString() ?? throw new JsonException("a quantity is neither a text nor a number");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
