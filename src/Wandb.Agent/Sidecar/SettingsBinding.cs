using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wandb.Agent.Commands;
using Wandb.Agent.Reports;
using Wandb.Contract;

namespace Wandb.Agent.Sidecar;

/// <summary>Makes settings of options and variables.</summary>
internal static class SettingsBinding
{
    public const int MaxGraceSeconds = 86_400;
    private const int MaxTagLength = 64;

    /// <param name="roots">As arguments; when there are any, the variable does not count.</param>
    /// <param name="directory">Where relative paths begin.</param>
    public static SidecarSettings Bind(SettingReader reader, IReadOnlyList<string> roots, string directory)
    {
        var settings = BindAll(reader, roots, directory);
        // Without a pod there is nothing that the directories could go with.
        return settings with
        {
            KeepsStorage = reader.OneOf("--storage", AgentEnvironment.Storage, [(AgentEnvironment.KeptStorage, true), ("pod", false)]) ?? !settings.Pod.IsKnown,
        };
    }

    private static SidecarSettings BindAll(SettingReader reader, IReadOnlyList<string> roots, string directory) => new()
    {
        Roots = Roots(reader, roots, directory),
        Containers = Words(reader.Text("--containers", AgentEnvironment.Containers), ','),
        StateDirectory = PathOf(reader.Text("--state-dir", AgentEnvironment.StateDirectory), directory),
        ApiKeyFile = PathOf(reader.Text("--api-key-file", AgentEnvironment.ApiKeyFile), directory),
        Policy = reader.OneOf("--sync-policy", AgentEnvironment.SyncPolicy, [("Live", SyncPolicy.Live), ("AtExit", SyncPolicy.AtExit), ("Manual", SyncPolicy.Manual)])
            ?? SyncPolicy.Live,
        Mode = reader.OneOf("--mode", AgentEnvironment.Mode, [("offline", RunMode.Offline), ("online", RunMode.Online)]) ?? RunMode.Offline,
        Grace = TimeSpan.FromSeconds(reader.Whole("--grace", AgentEnvironment.GraceSeconds, 0, MaxGraceSeconds) ?? SidecarSettings.DefaultGraceSeconds),
        EndsWithZero = reader.OneOf("--exit-status", AgentEnvironment.ExitStatus, [(AgentEnvironment.ZeroExitStatus, true), ("proof", false)]) ?? false,
        TemporaryDirectory = PathOf(reader.Text("--temporary-dir", AgentEnvironment.TemporaryDirectory), directory),
        DeleteAfter = reader.Duration("--delete-after", AgentEnvironment.DeleteAfter),
        Additions = Additions(reader),
        Operator = Operator(reader, directory),
        WriterExitFile = PathOf(reader.Text("--writer-exit", null), directory),
        Pod = Pod(reader),
        Log = LogOptions.Bind(reader),
    };

    private static IReadOnlyList<string> Roots(SettingReader reader, IReadOnlyList<string> given, string directory)
    {
        var roots = given.Count > 0 ? given : Words(reader.Text(null, AgentEnvironment.Roots), ':');
        if (roots.Count == 0)
            reader.Problem($"no directory to follow: give DIR, or set {AgentEnvironment.Roots}");
        return [.. roots.Select(root => Path.GetFullPath(Path.Combine(directory, root))).Distinct(StringComparer.Ordinal)];
    }

    private static RunAdditions Additions(SettingReader reader)
    {
        var additions = reader.Json(null, AgentEnvironment.RunAdditions, ContractJson.Default.RunAdditions) ?? new RunAdditions();
        foreach (var tag in additions.Tags.Where(tag => tag is not { Length: > 0 and <= MaxTagLength }))
            reader.Problem($"{AgentEnvironment.RunAdditions}: the tag '{tag}' has {tag?.Length ?? 0} characters; a tag has 1 to {MaxTagLength}");
        return additions;
    }

    /// <summary>Where reports go; null: nowhere. What is wrong with the settings is noted.</summary>
    public static OperatorAddress? Operator(SettingReader reader, string directory)
    {
        var url = reader.Url("--report-url", AgentEnvironment.ReportUrl);
        var token = PathOf(reader.Text("--report-token-file", AgentEnvironment.ReportTokenFile), directory);
        var ca = reader.Text(null, AgentEnvironment.ReportCa);
        if (ca is not null && !IsCertificate(ca))
            reader.Problem($"{AgentEnvironment.ReportCa} holds no certificate in PEM");
        return url is null ? null : new OperatorAddress(url, token, ca);
    }

    private static PodFacts Pod(SettingReader reader) => new()
    {
        Namespace = reader.Text(null, AgentEnvironment.PodNamespace) ?? "",
        Name = reader.Text(null, AgentEnvironment.PodName) ?? "",
        Uid = reader.Text(null, AgentEnvironment.PodUid) ?? "",
        Node = reader.Text(null, AgentEnvironment.NodeName) ?? "",
        OwnerKind = reader.Text(null, AgentEnvironment.OwnerKind) ?? "",
        OwnerName = reader.Text(null, AgentEnvironment.OwnerName) ?? "",
        CompletionIndex = reader.Whole(null, AgentEnvironment.CompletionIndex, 0, int.MaxValue),
        Images = reader.Json(null, AgentEnvironment.Images, ContractJson.Default.DictionaryStringString) ?? [],
        Labels = reader.Json(null, AgentEnvironment.Labels, ContractJson.Default.DictionaryStringString) ?? [],
    };

    public static string[] Words(string? text, char separator) =>
        text?.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static string? PathOf(string? path, string directory) => path is null ? null : Path.GetFullPath(Path.Combine(directory, path));

    private static bool IsCertificate(string pem)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            return certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
