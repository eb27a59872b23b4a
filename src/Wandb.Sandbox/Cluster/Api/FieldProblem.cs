using System.Globalization;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>One thing that is wrong with an object (field.Error of apimachinery).</summary>
/// <param name="Field">Path such as spec.containers[0].name.</param>
/// <param name="Reason">FieldValueRequired, FieldValueInvalid, FieldValueDuplicate, FieldValueNotFound, FieldValueNotSupported, FieldValueForbidden,
/// FieldValueTypeInvalid, FieldValueTooLong, FieldValueTooMany.</param>
internal sealed record FieldProblem(string Field, string Reason, string Message)
{
    public string Text => $"{Field}: {Message}";

    public static FieldProblem Required(string field, string why = "") => new(field, "FieldValueRequired", why.Length == 0 ? "Required value" : $"Required value: {why}");

    public static FieldProblem Invalid(string field, JsonNode? value, string why) => new(field, "FieldValueInvalid", $"Invalid value: {Shown(value)}: {why}");

    public static FieldProblem WrongType(string field, JsonNode? value, string why) => new(field, "FieldValueTypeInvalid", $"Invalid value: {Shown(value)}: {why}");

    public static FieldProblem TooLong(string field, long most) =>
        new(field, "FieldValueTooLong", string.Create(CultureInfo.InvariantCulture, $"Too long: may not be more than {most} bytes"));

    public static FieldProblem TooMany(string field, long count, long most) =>
        new(field, "FieldValueTooMany", string.Create(CultureInfo.InvariantCulture, $"Too many: {count}: must have at most {most} items"));

    public static FieldProblem Duplicate(string field, string value) => new(field, "FieldValueDuplicate", $"Duplicate value: \"{value}\"");

    public static FieldProblem NotFound(string field, string value) => new(field, "FieldValueNotFound", $"Not found: \"{value}\"");

    public static FieldProblem NotSupported(string field, JsonNode? value, IEnumerable<string> supported) =>
        new(field, "FieldValueNotSupported", $"Unsupported value: {Shown(value)}: supported values: {string.Join(", ", supported.Select(item => $"\"{item}\""))}");

    public static FieldProblem Forbidden(string field, string why) => new(field, "FieldValueForbidden", $"Forbidden: {why}");

    public JsonObject ToCause() => new() { ["reason"] = Reason, ["message"] = Message, ["field"] = Field };

    private static string Shown(JsonNode? value) => value?.ToJsonString() ?? "null";
}
