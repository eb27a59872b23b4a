using System.Globalization;

namespace Wandb.Sandbox.Trainer;

/// <summary>
/// What the SDK takes from its environment when wandb.init() is called without arguments, as far as this trainer writes it. The names are
/// those of wandb/sdk/wandb_settings.py; the group's is WANDB_RUN_GROUP.
/// </summary>
/// <param name="variable">Value of a variable; null: not set.</param>
internal sealed class TrainerEnvironment(Func<string, string?> variable)
{
    /// <summary>Folder in which wandb/ is made; null: the working folder.</summary>
    public string? Folder => Text("WANDB_DIR");

    /// <summary>The SDK's data folder, where artifacts wait for their upload; its default is that of the user.</summary>
    public string DataFolder =>
        Text("WANDB_DATA_DIR") ?? Path.Combine(Text("HOME") ?? "/", ".local", "share", "wandb");

    /// <summary>Null: a random one.</summary>
    public string? RunId => Text("WANDB_RUN_ID");

    public string? Project => Text("WANDB_PROJECT");

    public string Entity => Text("WANDB_ENTITY") ?? "";

    public string Group => Text("WANDB_RUN_GROUP") ?? "";

    public string JobType => Text("WANDB_JOB_TYPE") ?? "";

    public string Name => Text("WANDB_NAME") ?? "";

    public string Notes => Text("WANDB_NOTES") ?? "";

    public IReadOnlyList<string> Tags => (Text("WANDB_TAGS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public string Host => Text("HOSTNAME") ?? "trainer-0";

    /// <summary>Of an Indexed Job, which such a script takes for its fold; 0 without one.</summary>
    public int Fold => int.TryParse(Text("JOB_COMPLETION_INDEX"), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : 0;

    /// <summary>The SDK uploads itself.</summary>
    public bool IsOnline => Text("WANDB_MODE") is "online" or "shared";

    /// <summary>Null where it is not set, or no address.</summary>
    public Uri? BaseUrl => Uri.TryCreate(Text("WANDB_BASE_URL")?.TrimEnd('/') + "/", UriKind.Absolute, out var url) ? url : null;

    public string? ApiKey => Text("WANDB_API_KEY");

    /// <summary>Nothing is to be logged.</summary>
    public bool IsDisabled => Text("WANDB_MODE") == "disabled";

    private string? Text(string name) => variable(name) is { Length: > 0 } value ? value : null;
}
