using System.Text;

namespace Wandb.Operator.Injection;

/// <summary>
/// The SDK's settings file (<c>$WANDB_CONFIG_DIR/settings</c>, section <c>[default]</c>). Every variable beats it, so it is the one place for
/// a value that must not override what an <c>envFrom</c> may set. It reaches the container as an annotation of its pod, by the downward API:
/// no object of its own, nothing to clean up.
/// Source: <c>wandb/sdk/wandb_settings.py</c> and <c>lib/settings_file.py</c>, 0.28.2: one unknown key makes the SDK ignore the whole file.
/// </summary>
internal static class SettingsFile
{
    public const string FileName = "settings";
    public const string DirectoryVariable = "WANDB_CONFIG_DIR";

    /// <summary>Fields of the SDK's settings that users set by variables and that a file may hold.</summary>
    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "console", "console_multipart", "disable_git", "disable_job_creation", "email", "git_commit", "git_remote_url", "host", "init_timeout",
        "program", "quiet", "show_errors", "show_info", "show_warnings", "silent", "sweep_id", "sweep_param_path", "symlink", "username",
        "x_disable_machine_info", "x_disable_meta", "x_disable_stats", "x_label", "x_primary", "x_save_requirements", "x_stats_sampling_interval",
        "x_update_finish_state", "x_file_stream_transmit_interval",
    };

    /// <returns>The field that a variable sets; null for one that a file must not hold.</returns>
    public static string? KeyOf(string variable)
    {
        var name = variable["WANDB_".Length..];
        var key = (name.StartsWith('_') ? "X" + name : name).ToLowerInvariant();
        return Keys.Contains(key) ? key : null;
    }

    /// <summary>A value that the file's syntax can carry; others would break it.</summary>
    public static bool CanHold(string value) => value.Length > 0 && !value.Any(char.IsControl) && value.Trim().Length == value.Length;

    /// <param name="settings">Key to value, see <see cref="CanHold"/>.</param>
    public static string Text(IReadOnlyDictionary<string, string> settings)
    {
        var text = new StringBuilder("[default]\n");
        foreach (var (key, value) in settings)
        {
            // Python's configparser takes % for the begin of a reference.
            text.Append(key).Append(" = ").Append(value.Replace("%", "%%", StringComparison.Ordinal)).Append('\n');
        }
        return text.ToString();
    }
}
