namespace Wandb.Operator.Injection;

/// <summary>The agent's image: as given, with another registry where one is asked for.</summary>
internal static class AgentImage
{
    public static string Of(EffectiveSettings settings, OperatorDefaults defaults)
    {
        var image = settings.AgentImage?.Value ?? defaults.AgentImage;
        return settings.AgentRegistry is { } registry ? $"{registry.Value.TrimEnd('/')}/{WithoutHost(image)}" : image;
    }

    /// <summary>Names of Secrets to pull it with; may be none.</summary>
    public static IReadOnlyList<string> PullSecrets(EffectiveSettings settings) => [.. (settings.PullSecrets?.Value ?? []).Select(secret => secret.Name)];

    // As container engines read it: the first part is a host if it has a dot or a port, or is localhost.
    private static string WithoutHost(string image)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : image[..slash];
        return first == "localhost" || first.AsSpan().IndexOfAny('.', ':') >= 0 ? image[(slash + 1)..] : image;
    }
}
