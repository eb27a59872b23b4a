using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wandb.Contract;

/// <summary>
/// Enums by name. A name that only a later version knows is the enum's first value, which never claims more than is known: one new word must
/// not cost the whole report. Numbers, null and names in other letters are no names.
/// </summary>
internal sealed class EnumNameConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType != JsonTokenType.String ? throw new JsonException($"a name of {typeof(TEnum).Name} is expected")
        : reader.GetString() is { } name && Enum.GetNames<TEnum>().Contains(name, StringComparer.Ordinal) ? Enum.Parse<TEnum>(name)
        : default;

    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
