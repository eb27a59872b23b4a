namespace Wandb.Operator.Watching;

/// <summary>Which object of a kind. Namespace is "" for kinds without one.</summary>
internal readonly record struct NamespacedName(string Namespace, string Name)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; a text without a slash is the name of an object without a namespace.</summary>
    public static NamespacedName Parse(string text) =>
        text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? new(text[..slash], text[(slash + 1)..]) : new("", text);

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
