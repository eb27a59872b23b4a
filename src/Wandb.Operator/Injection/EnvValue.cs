using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>The value of a variable that we add.</summary>
internal abstract record EnvValue
{
    private EnvValue()
    {
    }

    /// <param name="name">Of the variable.</param>
    /// <returns>An entry of a container's <c>env</c>.</returns>
    public JsonObject ToEntry(string name) => this switch
    {
        Text text => new JsonObject { ["name"] = name, ["value"] = Escaped(text.Value) },
        Expression expression => new JsonObject { ["name"] = name, ["value"] = expression.Value },
        Field field => From(name, "fieldRef", new JsonObject { ["fieldPath"] = field.Path }),
        SecretKey key => From(name, "secretKeyRef", new JsonObject { ["name"] = key.Name, ["key"] = key.Key }),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>For people.</summary>
    public sealed override string ToString() => this switch
    {
        Text text => text.Value,
        Expression expression => expression.Value,
        Field field => $"({field.Path})",
        SecretKey key => $"(key {key.Key} of Secret {key.Name})",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject From(string name, string source, JsonObject reference) =>
        new() { ["name"] = name, ["valueFrom"] = new JsonObject { [source] = reference } };

    // The kubelet reads $(NAME) in values and makes one $ of two.
    private static string Escaped(string value) => value.Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>Arrives as it is, whatever it holds.</summary>
    public sealed record Text(string Value) : EnvValue;

    /// <summary>With <c>$(NAME)</c> of variables that stand before it.</summary>
    public sealed record Expression(string Value) : EnvValue;

    /// <summary>A field of the pod, by the downward API.</summary>
    public sealed record Field(string Path) : EnvValue;

    public sealed record SecretKey(string Name, string Key) : EnvValue;
}
