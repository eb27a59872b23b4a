using Wandb.Agent.Http;

namespace Wandb.Agent.Credentials;

/// <summary>Which server is meant, with which key; or why that cannot be said.</summary>
internal abstract record ServerSettings
{
    private ServerSettings()
    {
    }

    /// <param name="KeySource">Where the key came from, for a person.</param>
    internal sealed record Found(WandbServer Server, string KeySource) : ServerSettings;

    /// <summary>A setting is wrong: the user must change the command or a variable.</summary>
    internal sealed record Wrong(string Message) : ServerSettings;

    /// <summary>There is no key for the server.</summary>
    internal sealed record NoKey(string Message) : ServerSettings;

    /// <summary>Decides by the order of the SDK: option, variable, file.</summary>
    public static ServerSettings Decide(ServerSources sources)
    {
        if (BaseUrlOf(sources, out var baseUrl) is { } problem)
            return new Wrong(problem);
        if (sources.KeyFile is { } keyFile)
            return FromKeyFile(keyFile, baseUrl);
        if (KeyOf(sources.KeyVariable) is { } variable)
            return UsableKey(variable, "WANDB_API_KEY", baseUrl);
        foreach (var netrc in sources.Netrc)
        {
            // The SDK writes the host alone; some people add the port.
            if (KeyOf(Netrc.PasswordFor(netrc.Text, [baseUrl.Authority, baseUrl.Host])) is { } password)
                return UsableKey(password, netrc.Path, baseUrl);
        }
        return new NoKey(MissingKey(baseUrl, sources.Netrc));
    }

    /// <summary>The server alone, for commands that send nothing.</summary>
    public static ServerSettings DecideWithoutKey(ServerSources sources) =>
        BaseUrlOf(sources, out var baseUrl) is { } problem
            ? new Wrong(problem)
            : new Found(new WandbServer(baseUrl, null), "none");

    private static string? BaseUrlOf(ServerSources sources, out Uri baseUrl)
    {
        // Going on with the default would send the key to a server that the user did not choose.
        if (sources is { BaseUrlOption: null, BaseUrlVariable: null, Settings: { Problem: { } unreadable, Path: var path } })
        {
            baseUrl = null!;
            return $"{path}: {unreadable}; it may name the server (--base-url goes before it)";
        }
        var (text, source) = sources switch
        {
            { BaseUrlOption: { } option } => (option, "--base-url"),
            { BaseUrlVariable: { } variable } => (variable, "WANDB_BASE_URL"),
            { Settings: { } settings } when SettingsFile.Value(settings.Text, "base_url") is { } value => (value, $"base_url in {settings.Path}"),
            _ => (BaseUrl.Default, ""),
        };
        return BaseUrl.Problem(text, out baseUrl) is { } problem ? $"{source} {problem}" : null;
    }

    private static ServerSettings FromKeyFile(SourceFile file, Uri baseUrl) => (file.Problem, KeyOf(file.Text)) switch
    {
        ({ } problem, _) => new Wrong($"the API key file {file.Path}: {problem}"),
        (null, { } key) => UsableKey(key, file.Path, baseUrl),
        _ => new Wrong($"the API key file {file.Path}: the file is empty"),
    };

    private static ServerSettings UsableKey(string key, string source, Uri baseUrl) =>
        !IsKey(key)
            ? new Wrong($"{source} holds no API key: a key is one word without blanks")
            : new Found(new WandbServer(baseUrl, new ApiKey(key)), source);

    /// <summary>A key is one word; more is a file of another kind, and its text must not travel in a header.</summary>
    public static bool IsKey(string text) => text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    private static string? KeyOf(string? text) => text?.Trim() is { Length: > 0 } key ? key : null;

    private static string MissingKey(Uri baseUrl, IReadOnlyList<SourceFile> netrc)
    {
        var unreadable = netrc.FirstOrDefault(file => file.Problem is not null);
        var why = unreadable is null ? "" : $" ({unreadable.Path}: {unreadable.Problem})";
        return $"no API key for {baseUrl.Host}{why}: set WANDB_API_KEY, or give --api-key-file FILE, "
            + $"or add 'machine {baseUrl.Host} login user password KEY' to ~/.netrc";
    }
}
