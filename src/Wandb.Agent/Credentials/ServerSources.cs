namespace Wandb.Agent.Credentials;

/// <summary>Everything that may say where the server is and what opens it, with the contents of the files.</summary>
internal sealed record ServerSources
{
    /// <summary><c>--base-url</c>.</summary>
    public string? BaseUrlOption { get; init; }

    /// <summary><c>WANDB_BASE_URL</c>.</summary>
    public string? BaseUrlVariable { get; init; }

    /// <summary>The SDK's settings file (<c>~/.config/wandb/settings</c>).</summary>
    public SourceFile? Settings { get; init; }

    /// <summary><c>--api-key-file</c>, or <c>WANDB_AGENT_API_KEY_FILE</c> of a pod.</summary>
    public SourceFile? KeyFile { get; init; }

    /// <summary><c>WANDB_API_KEY</c>.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>The netrc files that exist, in the order of their search.</summary>
    public IReadOnlyList<SourceFile> Netrc { get; init; } = [];
}

/// <summary>A small text file that was read, or the reason why it was not.</summary>
/// <param name="Text">Empty when <paramref name="Problem"/> is not null.</param>
/// <param name="Problem">A few words: <c>permission denied</c>.</param>
internal sealed record SourceFile(string Path, string Text, string? Problem = null);
