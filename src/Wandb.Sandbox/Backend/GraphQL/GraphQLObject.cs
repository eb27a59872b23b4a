using System.Collections;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>
/// An object of an answer before its fields are selected. A value is null, a text, number or boolean, a <see cref="JsonNode"/>, another
/// object, or a sequence of these; it is only computed when it is selected.
/// </summary>
internal sealed class GraphQLObject(string typeName) : IEnumerable<string>
{
    private readonly Dictionary<string, Func<JsonObject, object?>> fields = new(StringComparer.Ordinal);

    public string TypeName => typeName;

    public void Add(string name, object? value) => fields.Add(name, _ => value);

    public void Add(string name, Func<object?> value) => fields.Add(name, _ => value());

    /// <param name="name">Name of the field.</param>
    /// <param name="value">Gets the field's arguments.</param>
    public void Add(string name, Func<JsonObject, object?> value) => fields.Add(name, value);

    /// <summary>Value of a field; null when this object has none of that name, although its type may.</summary>
    public object? Value(string name, JsonObject arguments) => fields.GetValueOrDefault(name)?.Invoke(arguments);

    public IEnumerator<string> GetEnumerator() => fields.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
